import { h } from './dom.ts';
import type { Words } from './i18n/words.ts';

/** Offers a new version of the app. Nothing happens until the reader says so. */
export function createUpdateBar(words: Words, { apply, later }: { readonly apply: () => void; readonly later: () => void }): HTMLElement {
  const load = h('button', { type: 'button' }, words.update.apply);
  const wait = h('button', { type: 'button', class: 'quiet' }, words.update.later);
  const bar = h('div', { class: 'update', role: 'status' }, h('span', {}, words.update.ready), load, wait);
  load.addEventListener('click', () => {
    load.disabled = true;
    apply();
  });
  wait.addEventListener('click', later);
  return bar;
}
