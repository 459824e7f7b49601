import type { Message } from 'moorage';
import type { Context } from './context.ts';
import { h, spoken } from './dom.ts';
import { icon } from './icons.ts';

/** @returns Whether the message was edited: the SDK says how often. */
export function isEdited(message: Message): boolean {
  const info = message['modifiedInfo'];
  return typeof info === 'object' && info !== null && 'operationCount' in info && Number(info.operationCount) > 0;
}

/** What was done to a message, beside its time: edited, pinned. */
export function footMarks({ people, language: { words } }: Context, message: Message): Element[] {
  const marks: Element[] = [];
  if (message.pin !== undefined) {
    const by = words.message.pinnedBy(people.name(message.pin.by));
    const mark = h('span', { class: 'mark mark-pin', title: by }, spoken(by));
    mark.prepend(icon('pin'));
    marks.push(mark);
  }
  if (isEdited(message)) marks.push(h('span', { class: 'mark' }, words.message.edited));
  return marks;
}

/** The reactions below a message: each once, with its count where it is more than one. */
export function reactionNodes({ people, account, language }: Context, { reactions = [] }: Message): Element[] {
  const { words, formats } = language;
  const nameOf = (user: string) => (user === account.userId ? words.list.you : people.name(user));
  return reactions
    .filter(({ count }) => count > 0)
    .map(({ reaction, count, isAddedBySelf, userList }) => {
      const text = words.message.reaction(reaction, userList.map(nameOf).join(', '));
      const visible = h('span', { 'aria-hidden': 'true' }, count > 1 ? `${reaction} ${formats.number(count)}` : reaction);
      return h('li', { class: isAddedBySelf ? 'reaction is-own' : 'reaction', title: text }, visible, spoken(text));
    });
}
