import type { TimelineItem } from 'moorage';
import { describeError } from './describe-error.ts';
import { h, setText } from './dom.ts';
import type { Words } from './i18n/words.ts';

type HoleItem = Extract<TimelineItem, { type: 'hole' }>;

/** Where messages are known to be missing, and what can be done about it. */
export interface HoleRow {
  readonly element: HTMLLIElement;
  show(item: HoleItem): void;
}

/** @param fill Fetches a page of what is missing; the item says what became of it. */
export function createHoleRow(words: Words, fill: (key: string) => void): HoleRow {
  const text = h('span', { role: 'status' });
  const button = h('button', { type: 'button', class: 'link' }, words.pane.fillHole);
  const element = h('li', { class: 'hole' }, text, button);
  let key = '';
  button.addEventListener('click', () => fill(key));

  return {
    element,
    show(item) {
      ({ key } = item);
      const { isLoading, error } = item;
      const failed = error === null ? words.pane.hole : words.pane.holeFailed(describeError(error, words));
      setText(text, isLoading ? words.pane.fillingHole : failed);
      button.hidden = isLoading;
      setText(button, error === null ? words.pane.fillHole : words.signIn.tryAgain);
      element.classList.toggle('is-failed', error !== null && !isLoading);
    },
  };
}
