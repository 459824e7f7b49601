import { h } from './dom.ts';
import type { View } from './view.ts';

/** Says things to screen readers without showing them. */
export interface Announcer extends View {
  say(text: string): void;
}

/** How long a sentence stays in the page. Unit: ms. Shorter, and a busy screen reader misses it. */
const SENTENCE_MS = 5_000;

/** Most sentences at once: a burst of messages is not read out for minutes. */
const SENTENCES_MAX = 5;

export function createAnnouncer(): Announcer {
  const element = h('div', { class: 'spoken', 'aria-live': 'polite', 'aria-relevant': 'additions' });
  return {
    element,
    say(text) {
      if (element.childElementCount >= SENTENCES_MAX) return;
      const sentence = h('p', {}, text);
      element.append(sentence);
      setTimeout(() => sentence.remove(), SENTENCE_MS);
    },
    close: () => element.replaceChildren(),
  };
}
