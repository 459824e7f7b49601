import type { ConversationRef } from 'moorage';
import type { Context } from './context.ts';
import { describeError } from './describe-error.ts';
import { h, setText } from './dom.ts';
import { icon } from './icons.ts';
import { routeOf } from './router.ts';
import { createCleanup, type View } from './view.ts';

export interface Composer extends View {
  focus(): void;
}

/**
 * Where a message is written. Enter sends, Shift + Enter starts a new line; the Enter that ends a word in an input
 * method (Chinese, Japanese, Korean) does neither.
 */
export function createComposer(context: Context, ref: ConversationRef): Composer {
  const { chat, drafts, people, language } = context;
  const { words } = language;
  const cleanup = createCleanup();
  const draftKey = routeOf(ref);
  const label = words.composer.label(people.name(ref.conversationId));
  const field = h('textarea', {
    rows: 1,
    'aria-label': label,
    'aria-describedby': 'composer-hint',
    placeholder: words.composer.placeholder,
    enterkeyhint: 'send',
    dir: 'auto',
  });
  field.value = drafts.get(draftKey) ?? '';
  const send = h('button', { type: 'submit', class: 'send', 'aria-label': words.composer.send, title: words.composer.send });
  send.append(icon('send'));
  const problem = h('p', { class: 'problem', role: 'alert' });
  const hint = h('p', { class: 'spoken', id: 'composer-hint' }, words.composer.hint);
  const element = h('form', { class: 'composer' }, problem, field, send, hint);

  function changed(): void {
    const isEmpty = field.value.trim() === '';
    send.disabled = isEmpty;
    if (isEmpty) drafts.delete(draftKey);
    else drafts.set(draftKey, field.value);
    // Where `field-sizing: content` is not known, the field is made as high as what it holds.
    if (CSS.supports('field-sizing', 'content')) return;
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
  }

  async function submit(): Promise<void> {
    const text = field.value.trim();
    if (text === '') return;
    field.value = '';
    changed();
    setText(problem, '');
    try {
      await chat.send({ conversation: ref, type: 'txt', msg: text });
    } catch (error) {
      // Nothing was stored, so nothing is shown in the timeline: the text goes back to where it can be sent from.
      if (field.value === '') field.value = text;
      changed();
      setText(problem, words.composer.notStored(describeError(error, words)));
    }
  }

  const { signal } = cleanup;
  element.addEventListener(
    'submit',
    (event) => {
      event.preventDefault();
      void submit();
      field.focus();
    },
    { signal },
  );
  field.addEventListener('input', changed, { signal });
  field.addEventListener(
    'keydown',
    (event) => {
      // Safari ends the composition before this event and says 229.
      const isComposing = event.isComposing || event.keyCode === 229;
      if (event.key !== 'Enter' || event.shiftKey || isComposing) return;
      event.preventDefault();
      void submit();
    },
    { signal },
  );
  changed();

  return { element, focus: () => field.focus(), close: () => cleanup.run() };
}
