import type { MessageState, TimelineItem } from 'moorage';
import type { Context } from './context.ts';
import { describeError } from './describe-error.ts';
import { h, placeChildren, setAttributes, setText, spoken } from './dom.ts';
import { icon, type IconName } from './icons.ts';
import { messageText } from './message-text.ts';

type MessageItem = Extract<TimelineItem, { type: 'message' }>;

/** One message in the pane. */
export interface MessageRow {
  readonly element: HTMLLIElement;
  /** @param options.isFollowing whether the message above is by the same person, of the same time */
  show(item: MessageItem, options: { readonly isFollowing: boolean }): void;
}

const stateIcons: Readonly<Record<MessageState['type'], IconName | null>> = {
  received: null,
  queued: 'clock',
  sending: 'clock',
  sent: 'check',
  delivered: 'check',
  read: 'check',
  failed: 'alert',
};

/** What is said of an own message's state, with buttons where something can be done about it. */
function stateNodes(context: Context, item: MessageItem): Element[] {
  const { chat, language } = context;
  const { words } = language;
  const { state } = item;
  /** A message that the service has not accepted is named by its client id. */
  const { id: clientId } = item.message;
  const name = stateIcons[state.type];
  if (name === null) return [];
  const mark = h('span', { class: `state state-${state.type}` });
  mark.append(icon(name));
  switch (state.type) {
    case 'received':
      return [];
    case 'queued':
    case 'sending':
      mark.append(words.message[state.type]);
      return [mark];
    case 'sent':
    case 'delivered':
    case 'read':
      mark.append(spoken(words.message.sent));
      return [mark];
    case 'failed': {
      mark.append(words.message.failed(describeError(state.reason, words)));
      const retry = h('button', { type: 'button', class: 'link' }, words.message.retry);
      const discard = h('button', { type: 'button', class: 'link' }, words.message.discard);
      // What becomes of either is shown by the timeline itself.
      retry.addEventListener('click', () => void chat.retry(clientId).catch(() => undefined));
      discard.addEventListener('click', () => void chat.discard(clientId).catch(() => undefined));
      return [mark, retry, discard];
    }
  }
}

/** @param options.showsAuthors whether others are named and pictured, as in a group */
export function createMessageRow(context: Context, first: MessageItem, options: { readonly showsAuthors: boolean }): MessageRow {
  const { account, people, language } = context;
  const { words, formats } = language;
  const isOwn = first.message.from === account.userId;
  const author = isOwn ? words.list.you : people.name(first.message.from);
  const text = h('p', { class: 'bubble-text', dir: 'auto' });
  const time = h('time', { class: 'bubble-time' });
  const states = h('span', { class: 'bubble-states' });
  const showsAuthor = options.showsAuthors && !isOwn;
  const name = h('span', { class: showsAuthor ? 'bubble-author' : 'spoken' }, author);
  const bubble = h('div', { class: 'bubble' }, name, text, h('span', { class: 'bubble-foot' }, time, states));
  const element = h('li', { class: `message ${isOwn ? 'is-own' : 'is-other'}` }, showsAuthor && people.avatar(first.message.from), bubble);
  let shown: MessageItem | undefined;

  return {
    element,
    show(item, { isFollowing }) {
      element.classList.toggle('is-following', isFollowing);
      if (item === shown) return;
      shown = item;
      const { message, state } = item;
      setText(text, messageText(message, words));
      element.classList.toggle('is-other-kind', message.type !== 'txt');
      setText(time, formats.clock(message.time));
      setAttributes(time, { datetime: new Date(message.time).toISOString(), title: formats.full(message.time) });
      element.dataset['state'] = state.type;
      placeChildren(states, isOwn ? stateNodes(context, item) : []);
    },
  };
}
