import { onScopeDispose, shallowRef, toValue, watch, type MaybeRefOrGetter, type ShallowRef } from 'vue';
import type { LiveQuery } from '../client/store/live-query.ts';

/**
 * The value of a live query, as long as the component (or effect scope) lives.
 *
 * - A shallow ref: rows are plain objects that are replaced, never changed; those that did not change stay the same.
 *
 * @param source May become another query at any time; equal queries of one chat are one object. Null: nothing to show.
 * @returns Undefined until it is known.
 */
export function useLive<T>(source: MaybeRefOrGetter<LiveQuery<T> | null | undefined>): Readonly<ShallowRef<T | undefined>> {
  const shown = shallowRef<T>();
  let unsubscribe = (): void => undefined;
  const follow = (query: LiveQuery<T> | null | undefined): void => {
    unsubscribe();
    shown.value = query?.value;
    unsubscribe =
      query?.subscribe((value) => {
        shown.value = value;
      }) ?? (() => undefined);
  };
  watch(() => toValue(source), follow, { immediate: true, flush: 'sync' });
  onScopeDispose(() => unsubscribe());
  return shown;
}
