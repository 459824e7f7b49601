import { SyncError, type ConversationRef } from 'moorage';
import { createAttachments, messageTypeOf } from './attachments.ts';
import type { Context } from './context.ts';
import { describeError } from './describe-error.ts';
import { h, setText } from './dom.ts';
import { icon } from './icons.ts';
import { routeOf } from './router.ts';
import { createCleanup, type View } from './view.ts';

export interface Composer extends View {
  focus(): void;
  /** Files that were dropped or pasted: they wait beside the text. */
  attach(files: Iterable<File>): void;
}

/**
 * Where a message is written, and files are chosen, dropped or pasted. Enter sends, Shift + Enter starts a new line; the Enter that ends a word in an input
 * method (Chinese, Japanese, Korean) does neither.
 */
export function createComposer(context: Context, ref: ConversationRef): Composer {
  const { chat, drafts, people, language } = context;
  const { words, formats } = language;
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
  const attachments = createAttachments(context, { onChange: () => changed(), signal: cleanup.signal });
  const element = h('form', { class: 'composer' }, problem, attachments.element, attachments.button, field, send, hint);

  function changed(): void {
    const isEmpty = field.value.trim() === '';
    send.disabled = isEmpty && attachments.count() === 0;
    if (isEmpty) drafts.delete(draftKey);
    else drafts.set(draftKey, field.value);
    // Where `field-sizing: content` is not known, the field is made as high as what it holds.
    if (CSS.supports('field-sizing', 'content')) return;
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
  }

  /** @returns Whether all are on their way; those that are not wait on, and why is said. */
  async function sendFiles(): Promise<boolean> {
    const files = attachments.take();
    for (const [index, data] of files.entries()) {
      try {
        await chat.send({ conversation: ref, type: messageTypeOf(data), file: { data } });
      } catch (error) {
        attachments.add(files.slice(index));
        setText(problem, problemWith(data, error));
        return false;
      }
    }
    return true;
  }

  function problemWith({ name }: File, error: unknown): string {
    if (!(error instanceof SyncError) || error.code !== 'invalid-argument') return words.composer.notStored(describeError(error, words));
    const { maxBytes } = error.details;
    return typeof maxBytes === 'number' ? words.composer.tooLarge(name, formats.fileSize(maxBytes)) : words.composer.unreadable(name);
  }

  async function submit(): Promise<void> {
    setText(problem, '');
    if (!(await sendFiles())) return;
    const text = field.value.trim();
    if (text === '') return;
    field.value = '';
    changed();
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
    'paste',
    (event) => {
      const files = event.clipboardData?.files;
      if (files === undefined || files.length === 0) return;
      event.preventDefault();
      attachments.add(files);
    },
    { signal },
  );
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

  return { element, focus: () => field.focus(), attach: attachments.add, close: () => cleanup.run() };
}
