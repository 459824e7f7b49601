import type { MessageState, TimelineItem } from 'moorage';
import type { Context } from './context.ts';
import { describeError } from './describe-error.ts';
import { h, spoken } from './dom.ts';
import { icon, type IconName } from './icons.ts';

type MessageItem = Extract<TimelineItem, { type: 'message' }>;

const stateIcons: Readonly<Record<MessageState['type'], IconName | null>> = {
  received: null,
  queued: 'clock',
  sending: 'clock',
  unknown: 'clock',
  sent: 'check',
  delivered: 'checks',
  read: 'checks',
  failed: 'alert',
};

/** How far an own message has come, with buttons where something can be done about it. */
export function stateNodes({ chat, language: { words } }: Context, { message, state }: MessageItem): Element[] {
  const name = stateIcons[state.type];
  if (name === null) return [];
  const mark = h('span', { class: `state state-${state.type}` });
  mark.append(icon(name));
  switch (state.type) {
    case 'received':
      return [];
    case 'queued':
    case 'sending':
    case 'unknown':
      mark.append(words.message[state.type]);
      return [mark];
    case 'sent':
    case 'delivered':
    case 'read': {
      const readers = state.type === 'read' ? (message.readCount ?? 0) : 0;
      const text = readers > 0 ? words.message.readBy(readers) : words.message[state.type];
      mark.title = text;
      mark.append(spoken(text));
      return [mark];
    }
    case 'failed': {
      mark.append(words.message.failed(describeError(state.reason, words)));
      const retry = h('button', { type: 'button', class: 'link' }, words.message.retry);
      const discard = h('button', { type: 'button', class: 'link' }, words.message.discard);
      // A message that the service has not accepted is named by its client id. What becomes of either is shown by the timeline.
      retry.addEventListener('click', () => void chat.retry(message.id).catch(() => undefined));
      discard.addEventListener('click', () => void chat.discard(message.id).catch(() => undefined));
      return [mark, retry, discard];
    }
  }
}
