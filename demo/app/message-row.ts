import type { TimelineItem } from 'moorage';
import type { Context } from './context.ts';
import { h, placeChildren, setAttributes, setText } from './dom.ts';
import { createFileBody, isFileMessage, type FileBody } from './file-body.ts';
import { footMarks, reactionNodes } from './message-marks.ts';
import { stateNodes } from './message-state.ts';
import { messageText } from './message-text.ts';

type MessageItem = Extract<TimelineItem, { type: 'message' }>;

/** One message in the pane. */
export interface MessageRow {
  readonly element: HTMLLIElement;
  /** @param options.isFollowing whether the message above is by the same person, of the same time */
  show(item: MessageItem, options: { readonly isFollowing: boolean }): void;
}

/** @param options.showsAuthors whether others are named and pictured, as in a group */
export function createMessageRow(context: Context, first: MessageItem, options: { readonly showsAuthors: boolean }): MessageRow {
  const { account, people, language } = context;
  const { words, formats } = language;
  const isOwn = first.message.from === account.userId;
  const author = isOwn ? words.list.you : people.name(first.message.from);
  const text = h('p', { class: 'bubble-text', dir: 'auto' });
  const time = h('time', { class: 'bubble-time' });
  const marks = h('span', { class: 'bubble-marks' });
  const states = h('span', { class: 'bubble-states' });
  const reactions = h('ul', { class: 'reactions', role: 'list' });
  const showsAuthor = options.showsAuthors && !isOwn;
  const name = h('span', { class: showsAuthor ? 'bubble-author' : 'spoken' }, author);
  const bubble = h('div', { class: 'bubble' }, name, text, h('span', { class: 'bubble-foot' }, marks, time, states), reactions);
  const element = h('li', { class: `message ${isOwn ? 'is-own' : 'is-other'}` }, showsAuthor && people.avatar(first.message.from), bubble);
  let shown: MessageItem | undefined;
  let file: FileBody | undefined;

  function makeFile(): FileBody {
    const body = createFileBody(context, author, (isShown) => {
      text.hidden = isShown;
    });
    text.before(body.element);
    return body;
  }

  return {
    element,
    show(item, { isFollowing }) {
      element.classList.toggle('is-following', isFollowing);
      if (item === shown) return;
      shown = item;
      const { message, state } = item;
      setText(text, messageText(message, words));
      if (isFileMessage(message)) file ??= makeFile();
      file?.show(item);
      element.classList.toggle('is-other-kind', message.type !== 'txt');
      setText(time, formats.clock(message.time));
      setAttributes(time, { datetime: new Date(message.time).toISOString(), title: formats.full(message.time) });
      element.dataset['state'] = state.type;
      placeChildren(marks, footMarks(context, message));
      placeChildren(reactions, reactionNodes(context, message));
      placeChildren(states, isOwn ? stateNodes(context, item) : []);
    },
  };
}
