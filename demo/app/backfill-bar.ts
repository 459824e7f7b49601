import type { BackfillState } from 'moorage';
import type { Context } from './context.ts';
import { describeError } from './describe-error.ts';
import { h, setAttributes, setText } from './dom.ts';
import { icon } from './icons.ts';
import type { Language } from './i18n/language.ts';
import { createCleanup, type View } from './view.ts';

/** The background reading of history in words; nothing once it is done. */
export function backfillText({ type, done, total, error }: BackfillState, { words, formats }: Language): string {
  const counts = [formats.number(done), total === null ? null : formats.number(total)] as const;
  switch (type) {
    case 'running':
      return words.backfill.running(...counts);
    case 'paused':
      return words.backfill.paused(...counts);
    case 'waiting':
      return words.backfill.waiting(error && describeError(error, words));
    case 'done':
      return '';
  }
}

/** How far the reading of history has come, with a brake. It goes when all is read. */
export function createBackfillBar({ chat, language }: Context): View {
  const { words } = language;
  const { backfill } = chat;
  const cleanup = createCleanup();
  const text = h('span', { class: 'backfill-text' });
  const bar = h('progress', { 'aria-label': words.backfill.label });
  const button = h('button', { type: 'button', class: 'icon-button' });
  const element = h('div', { class: 'backfill', hidden: true }, h('div', { class: 'backfill-progress' }, text, bar), button);

  cleanup.add(
    backfill.subscribe((state) => {
      const isPaused = state.type === 'paused';
      element.hidden = state.type === 'done';
      element.dataset['state'] = state.type;
      setText(text, backfillText(state, language));
      setAttributes(bar, { max: state.total ?? 1, value: state.total === null ? null : state.done });
      const label = isPaused ? words.backfill.resume : words.backfill.pause;
      setAttributes(button, { 'aria-label': label, title: label });
      button.replaceChildren(icon(isPaused ? 'play' : 'pause'));
    }),
  );
  button.addEventListener(
    'click',
    () => {
      const isPaused = backfill.value?.type === 'paused';
      // The bar shows whether it worked.
      void (isPaused ? backfill.resume() : backfill.pause()).catch(() => undefined);
    },
    { signal: cleanup.signal },
  );
  return { element, close: () => cleanup.run() };
}
