import type { ConversationRef } from 'moorage';
import type { Context } from './context.ts';
import { h, setText } from './dom.ts';
import type { View } from './view.ts';

/** The action by which this messenger says that somebody writes. */
const TYPING = 'typing';

/** How long it is believed. Unit: ms. */
const TYPING_MS = 4_000;

type Command = { readonly chatType: string; readonly from?: string | undefined; readonly to: string };

function isFor({ conversationId, conversationType }: ConversationRef, { chatType, from, to }: Command): boolean {
  return chatType === conversationType && conversationId === (chatType === 'groupChat' ? to : from);
}

/** Says that the other side is typing: the service tells it by a command message, which is never stored. */
export function createTyping({ chat, people, language: { words } }: Context, ref: ConversationRef): View {
  const element = h('span', { class: 'typing', role: 'status' });
  const handlerId = `typing:${ref.conversationType}:${ref.conversationId}`;
  let timer: ReturnType<typeof setTimeout> | undefined;

  chat.addEventHandler(handlerId, {
    onCmdMessage(command) {
      if (command.action !== TYPING || !isFor(ref, command)) return;
      setText(element, words.pane.typing(people.name(command.from ?? '')));
      clearTimeout(timer);
      timer = setTimeout(() => setText(element, ''), TYPING_MS);
    },
  });
  return {
    element,
    close() {
      clearTimeout(timer);
      chat.removeEventHandler(handlerId);
    },
  };
}
