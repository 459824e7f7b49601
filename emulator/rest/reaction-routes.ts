import { ok, pageSize, refuse, text, type RestAnswer, type RestRequest, type Route, type Service } from './route.ts';
import { type ReactionRefusal } from '../state/reactions.ts';

/** Reactions to messages, and who has read a message of a group. */
export const reactionRoutes: readonly Route[] = [
  {
    name: 'add-reaction',
    method: 'POST',
    path: 'reaction/user/:user',
    handle: ({ account, body }, { reactions }) =>
      answer(
        reactions.add({ userId: account.userId, messageId: text(body['msgId']), reaction: text(body['message']) }),
      ),
  },
  {
    name: 'remove-reaction',
    method: 'DELETE',
    path: 'reaction/user/:user',
    handle: ({ account, query }, { reactions }) =>
      answer(
        reactions.remove({
          userId: account.userId,
          messageId: text(query.get('msgId')),
          reaction: text(query.get('message')),
        }),
      ),
  },
  { name: 'reactions', method: 'GET', path: 'reaction/user/:user', handle: answerReactions },
  { name: 'reaction-users', method: 'GET', path: 'reaction/user/:user/detail', handle: answerUsers },
  { name: 'group-readers', method: 'GET', path: 'chatgroups/:x/acks/:x', handle: answerReaders },
];

function answer(refusal: ReactionRefusal | undefined): RestAnswer {
  return refusal === undefined ? ok({ data: {} }) : refuse(400, 'illegal_argument', refusal);
}

function answerReactions({ account, query }: RestRequest, { reactions }: Service): RestAnswer {
  const ids = text(query.get('msgIdList')).split(',').filter(Boolean);
  return ok({
    data: ids.map((msgId) => ({
      msgId,
      reactionList: reactions.of(msgId, account.userId).map(({ reaction, count, state, userList }) => ({
        reaction,
        userCount: count,
        state,
        userList,
      })),
    })),
  });
}

function answerUsers({ account, query }: RestRequest, { reactions }: Service): RestAnswer {
  const reaction = text(query.get('message'));
  const users = reactions.users(text(query.get('msgId')), reaction);
  const start = Number(query.get('currentPage')) || 0;
  const page = users.slice(start, start + pageSize(query.get('pageSize'), { max: 100, fallback: 20 }));
  const next = start + page.length;
  return ok({
    data: {
      reaction,
      userCount: users.length,
      state: users.includes(account.userId),
      userList: page,
      cursor: next < users.length ? String(next) : '',
    },
  });
}

function answerReaders({ account, path, query }: RestRequest, { world }: Service): RestAnswer {
  const message = world.messages.get(path[3] ?? '');
  if (message === undefined || message.to !== path[1] || message.from !== account.userId) {
    return refuse(400, 'illegal_argument', 'message not found');
  }
  const readers = [...(message.traces?.readBy ?? [])];
  const start = Number(query.get('key')) || 0;
  const page = readers.slice(start, start + pageSize(query.get('limit'), { max: 500, fallback: 500 }));
  const next = start + page.length;
  return ok({
    data: {
      ackmid: message.id,
      userlist: page,
      total: readers.length,
      is_last: next >= readers.length,
      next_key: next < readers.length ? String(next) : '',
      timestamp: world.now(),
    },
  });
}
