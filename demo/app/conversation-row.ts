import type { Conversation } from 'moorage';
import type { Context } from './context.ts';
import { h, placeChildren, setAttributes, setText, spoken } from './dom.ts';
import { icon } from './icons.ts';
import { messageText } from './message-text.ts';
import { routeOf } from './router.ts';

/** One row of the conversation list. */
export interface ConversationRow {
  readonly element: HTMLLIElement;
  readonly link: HTMLAnchorElement;
  show(conversation: Conversation, options: { readonly nowMs: number }): void;
}

/** Counts above this are shown as "99+"; screen readers are told the exact number. */
const BADGE_MAX = 99;

function preview({ people, account, language: { words } }: Context, { conversationType, lastMessage }: Conversation): string {
  if (lastMessage === null) return words.list.noMessages;
  const text = messageText(lastMessage, words);
  if (lastMessage.from === account.userId) return words.message.from(words.list.you, text);
  return conversationType === 'groupChat' ? words.message.from(people.name(lastMessage.from), text) : text;
}

export function createConversationRow(context: Context, ref: Conversation): ConversationRow {
  const { people, language } = context;
  const { words, formats } = language;
  const name = people.name(ref.conversationId);
  const time = h('time', { class: 'row-time' });
  const text = h('span', { class: 'row-preview' });
  const pin = h('span', { class: 'row-pin' }, spoken(words.list.pinned));
  pin.prepend(icon('pin'));
  const muted = h('span', { class: 'row-muted' }, spoken(words.list.muted));
  muted.prepend(icon('bellOff'));
  const mentionWords = spoken('');
  const mention = h('span', { class: 'badge badge-mention' }, h('span', { 'aria-hidden': 'true' }, '@'), mentionWords);
  const marked = h('span', { class: 'badge badge-dot' }, spoken(words.list.markedUnread));
  const badgeCount = h('span', { 'aria-hidden': 'true' });
  const badgeWords = spoken('');
  const badge = h('span', { class: 'badge' }, badgeCount, badgeWords);
  const marks = h('span', { class: 'row-marks' });
  const link = h(
    'a',
    { class: 'row', href: `#${routeOf(ref)}` },
    people.avatar(ref.conversationId),
    h('span', { class: 'row-name' }, name),
    time,
    text,
    marks,
  );
  // By mouse and touch; from the keyboard the link's own context menu does it.
  const more = h('button', { type: 'button', class: 'icon-button row-more', tabindex: -1, 'aria-label': words.list.actions(name) });
  more.append(icon('more'));
  const element = h('li', {}, link, more);
  let shown: Conversation | undefined;
  let shownAtMs = 0;

  return {
    element,
    link,
    show(conversation, { nowMs }) {
      if (conversation === shown && nowMs === shownAtMs) return;
      shown = conversation;
      shownAtMs = nowMs;
      const { lastMessage, unReadCount, mentions, isPinned, isMuted, isMarkedUnread } = conversation;
      setText(time, lastMessage === null ? '' : formats.moment(lastMessage.time, nowMs));
      setAttributes(time, { datetime: lastMessage === null ? null : new Date(lastMessage.time).toISOString() });
      setText(text, preview(context, conversation));
      setText(badgeCount, unReadCount > BADGE_MAX ? `${formats.number(BADGE_MAX)}+` : formats.number(unReadCount));
      setText(badgeWords, words.list.unread(unReadCount));
      setText(mentionWords, words.list.mentions(mentions));
      const shownMarks = [isPinned && pin, isMuted && muted, mentions > 0 && mention, unReadCount > 0 ? badge : isMarkedUnread && marked];
      placeChildren(
        marks,
        shownMarks.filter((mark) => mark !== false),
      );
      link.classList.toggle('is-unread', unReadCount > 0 || isMarkedUnread);
      link.classList.toggle('is-muted', isMuted);
    },
  };
}
