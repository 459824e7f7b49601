import type { ConversationRef } from 'moorage';
import { createComposer } from './composer.ts';
import type { Context } from './context.ts';
import { h, setAttributes, setText } from './dom.ts';
import { createGoTo } from './go-to.ts';
import { icon } from './icons.ts';
import { createMessageList } from './message-list.ts';
import { letWrite } from './others-panel.ts';
import { createTyping } from './typing.ts';
import { createCleanup, type View } from './view.ts';

export interface MessagePane extends View {
  /** Puts the keyboard where the reader goes on: the composer; on a touch screen, whose keyboard would cover the messages, the heading. */
  focus(): void;
}

/** An open conversation: its name, its messages and the composer. */
export function createMessagePane(context: Context, ref: ConversationRef): MessagePane {
  const { chat, router, people, language } = context;
  const { words } = language;
  const cleanup = createCleanup();
  const { signal } = cleanup;
  const name = people.name(ref.conversationId);
  const list = createMessageList(context, ref);
  const composer = createComposer(context, ref);

  const back = h('button', { type: 'button', class: 'icon-button back', 'aria-label': words.pane.back });
  back.append(icon('back'));
  const heading = h('h2', { class: 'pane-name', tabindex: -1 }, name);
  const stored = h('span', { class: 'pane-history' });
  const typing = createTyping(context, ref);
  const title = h('div', { class: 'pane-title' }, heading, h('p', { class: 'muted pane-subtitle' }, typing.element, stored));
  const goTo = createGoTo(context, (time) => list.goTo(time));
  const pin = h('button', { type: 'button', class: 'icon-button pin', hidden: true });
  pin.append(icon('pin'));
  const isGroup = ref.conversationType === 'groupChat';
  const askWords = isGroup ? words.others.letMemberWrite : words.others.letWrite(name);
  const ask = h('button', { type: 'button', class: 'quiet ask', title: askWords }, h('span', { class: 'ask-words' }, askWords));
  ask.append(icon('pencil'));
  const header = h('header', { class: 'pane-header' }, back, people.avatar(ref.conversationId), title, goTo.element, pin, ask);
  const element = h('section', { class: 'pane', id: 'messages', 'aria-label': name }, header, list.element, composer.element);

  const conversation = chat.conversation(ref);
  cleanup.add(
    conversation.subscribe((row) => {
      const isPinned = row?.isPinned ?? false;
      pin.hidden = row === null;
      pin.classList.toggle('is-on', isPinned);
      const label = isPinned ? words.list.unpin : words.list.pin;
      setAttributes(pin, { 'aria-label': label, title: label });
    }),
    chat.history(ref).subscribe(({ type }) => {
      stored.dataset['history'] = type;
      setText(stored, words.pane.history[type]);
    }),
    () => typing.close(),
    () => goTo.close(),
    () => list.close(),
    () => composer.close(),
  );
  back.addEventListener('click', () => router.leave(), { signal });
  ask.addEventListener('click', () => void letWrite(context, ref), { signal });
  pin.addEventListener(
    'click',
    () => {
      const isPinned = conversation.value?.isPinned !== true;
      // The row shows whether it worked.
      void chat.contact.pinConversation({ ...ref, isPinned }).catch(() => undefined);
    },
    { signal },
  );
  element.addEventListener('dragover', (event) => event.preventDefault(), { signal });
  element.addEventListener(
    'drop',
    (event) => {
      event.preventDefault();
      composer.attach(event.dataTransfer?.files ?? []);
    },
    { signal },
  );
  element.addEventListener(
    'keydown',
    (event) => {
      if (event.key === 'Escape' && !event.isComposing) router.leave();
    },
    { signal },
  );

  return {
    element,
    focus: () => (matchMedia('(pointer: coarse)').matches ? heading.focus() : composer.focus()),
    close: () => cleanup.run(),
  };
}
