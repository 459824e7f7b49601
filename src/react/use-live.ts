import { useSyncExternalStore } from 'react';
import type { LiveQuery } from '../client/store/live-query.ts';

const subscribeToNothing = () => () => undefined;

/**
 * The value of a live query, as long as the component is mounted.
 *
 * - Rows that did not change stay the same objects, so `memo` below it holds.
 * - Subscribed in an effect: StrictMode and abandoned renders leave nothing behind, a server renders `undefined`.
 *
 * @param query May be another one at each render; equal queries of one chat are one object. Null: nothing to show.
 * @returns Undefined until it is known.
 */
export function useLive<T>(query: LiveQuery<T> | null | undefined): T | undefined {
  return useSyncExternalStore(
    query?.subscribe ?? subscribeToNothing,
    () => query?.value,
    () => undefined,
  );
}
