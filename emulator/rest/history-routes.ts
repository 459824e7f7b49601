import { ok, pageSize, refuse, text, type RestAnswer, type RestRequest, type Route, type Service } from './route.ts';
import { isVisible } from '../state/conversation.ts';
import { type ChatType, type StoredMessage } from '../state/channel.ts';
import { type ConversationActions, type Target } from '../state/conversation-actions.ts';
import { metaCodec } from '../msync/codec.ts';
import { firstIdAt } from '../state/ids.ts';
import { contentType } from '../msync/wire-types.ts';

/** History of a conversation, and the removal of messages from it. */
export const historyRoutes: readonly Route[] = [
  { name: 'history', method: 'POST', path: 'users/:user/messageroaming', handle: answerHistory },
  ...(['chat', 'group'] as const).flatMap((kind): Route[] => [
    {
      name: 'remove-history',
      method: 'DELETE',
      path: `sdk/message/roaming/${kind}/user/:user`,
      handle(request, { world, actions }) {
        const ids = text(request.query.get('msgIdList')).split(',').filter(Boolean);
        if (ids.length === 0 || ids.length > world.policies.removeIdsMax) {
          return refuse(400, 'illegal_argument', 'param msgIdList illegal, please check it!');
        }
        return remove(request, kind, (target) => actions.removeMessages(target, ids));
      },
    },
    {
      name: 'remove-history',
      method: 'DELETE',
      path: `sdk/message/roaming/${kind}/user/:user/time`,
      handle: (request, { actions }) =>
        remove(request, kind, (target) => actions.removeMessagesBefore(target, Number(request.query.get('delTime')))),
    },
  ]),
  {
    name: 'remove-everything',
    method: 'POST',
    path: 'sdk/message/roaming/user/:user/delete/all',
    handle({ account }, { actions }) {
      actions.removeEverything(account);
      return ok({ data: {} });
    },
  },
];

function remove(
  request: RestRequest,
  kind: 'chat' | 'group',
  act: (target: Parameters<ConversationActions['unpin']>[0]) => void,
): RestAnswer {
  const target: Target = {
    account: request.account,
    chatType: kind === 'group' ? 'groupChat' : 'singleChat',
    id: text(request.query.get(kind === 'group' ? 'groupId' : 'userId')),
    resource: text(request.query.get('resource')),
  };
  act(target);
  return ok({ data: { result: 'ok' } });
}

function answerHistory({ account, body }: RestRequest, { world, messaging }: Service): RestAnswer {
  const [id = '', domain = ''] = text(body['queue']).split('@');
  if (id === '') return refuse(400, 'illegal_argument', 'queue can not be null!');
  const chatType: ChatType = domain.startsWith('conference') ? 'groupChat' : 'singleChat';
  if (chatType === 'groupChat' && world.groups.get(id)?.has(account.userId) !== true) {
    return refuse(400, 'illegal_argument', 'The user not in this group!');
  }
  const conversation = world.conversation(account, chatType, id);
  const filter = readFilter(body);
  const { historyPageMax, retentionMs } = world.policies;
  const page = conversation.channel.page({
    cursor: readCursor(body['start']),
    direction: body['is_positive'] === true ? 'down' : 'up',
    limit: pageSize(body['pull_number'], { max: historyPageMax, fallback: 20 }),
    floor: firstIdAt(retentionMs === null ? 0 : world.now() - retentionMs),
    accept: (message) => isVisible(conversation, message) && filter(message),
  });
  return ok({
    data: {
      msgs: page.messages.map((message) => ({
        msg: world.damaged.has(message.id) ? undecodable : encoded(message, () => metaCodec.encode(messaging.metaOf(message, account.userId))),
      })),
      next_key: page.messages.at(-1)?.id ?? text(body['start']),
      is_last: page.isLast,
    },
  });
}

/** A field that announces more bytes than there are. */
const undecodable = Buffer.from([0x32, 0x7f, 0x00]).toString('base64');

/** What a message without traces looks like is the same for everyone: made once, and again after an edit. */
const encodings = new WeakMap<StoredMessage, { readonly body: object; readonly base64: string }>();

function encoded(message: StoredMessage, encode: () => Uint8Array): string {
  const known = message.traces === undefined ? encodings.get(message) : undefined;
  if (known?.body === message.body) return known.base64;
  const base64 = Buffer.from(encode()).toString('base64');
  encodings.set(message, { body: message.body, base64 });
  return base64;
}

/** -1, null and '' are the start; anything else is a message's id. */
function readCursor(start: unknown): string | undefined {
  if (typeof start === 'number' && start > 0) return String(start);
  return typeof start === 'string' && /^\d+$/.test(start) ? start : undefined;
}

const typeNames: Readonly<Record<string, number>> = {
  txt: contentType.text,
  img: contentType.image,
  video: contentType.video,
  loc: contentType.location,
  audio: contentType.voice,
  file: contentType.file,
  cmd: contentType.command,
  custom: contentType.custom,
  combine: contentType.text,
};

function readFilter(body: Readonly<Record<string, unknown>>): (message: StoredMessage) => boolean {
  const types = text(body['msgType'])
    .split(',')
    .filter(Boolean)
    .map((name) => typeNames[name]);
  const from = text(body['userId']);
  const { startTime, endTime } = body;
  return (message) =>
    (types.length === 0 || types.includes(message.body.contents?.[0]?.type ?? contentType.text)) &&
    (from === '' || message.from === from) &&
    (typeof startTime !== 'number' || message.time >= startTime) &&
    (typeof endTime !== 'number' || message.time <= endTime);
}
