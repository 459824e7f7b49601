import {
  chatTypeOf,
  ok,
  pageSize,
  refuse,
  text,
  type RestAnswer,
  type RestRequest,
  type Route,
  type Service,
} from './route.ts';
import { toJsonMessage } from './json-message.ts';
import { type Conversation } from '../state/conversation.ts';
import { type World } from '../state/world.ts';

/** The conversation lists and what is done to whole conversations. */
export const listRoutes: readonly Route[] = [
  {
    name: 'pinned-list',
    method: 'GET',
    path: 'sdk/user/:user/user_channels/list',
    when: (query) => query.get('is_top') === 'true',
    handle: answerPinned,
  },
  {
    name: 'conversation-list',
    method: 'GET',
    path: 'sdk/user/:user/user_channels/list',
    handle: (request, service) => answerList(request, service, () => true),
  },
  {
    name: 'mark-search',
    method: 'GET',
    path: 'sdk/user/:user/user_channels/mark/search',
    handle: (request, service) =>
      answerList(request, service, (conversation) => conversation.marks.has(text(request.query.get('mark')))),
  },
  { name: 'old-list', method: 'GET', path: 'users/:user/user_channels', handle: answerOldList },
  { name: 'old-list', method: 'GET', path: 'users/:user/user_channels/page', handle: answerOldList },
  {
    name: 'delete-conversation',
    method: 'DELETE',
    path: 'user/:user/user_channel',
    handle({ account, query, body }, { actions }) {
      const target = {
        account,
        id: text(body['channel']),
        chatType: chatTypeOf(body['type']),
        resource: text(query.get('resource')),
      };
      actions.remove(target, { removeMessages: body['delete_roam'] === true });
      return ok({ data: { result: 'ok' } });
    },
  },
];

function answerList(
  { account, query }: RestRequest,
  { world }: Service,
  accept: (conversation: Conversation) => boolean,
): RestAnswer {
  const cursor = text(query.get('cursor'));
  const before = cursor === '' || cursor === 'undefined' ? undefined : readCursor(cursor);
  if (before === null) return refuse(400, 'illegal_argument', 'param cursor illegal, please check it!');
  const withEmpty = query.get('needEmptySession') === 'true';
  const { rows, more } = account.list.page({
    before,
    limit: pageSize(query.get('limit'), { max: world.policies.listPageMax, fallback: 20 }),
    accept: (conversation) => (withEmpty || conversation.shown?.lastMessage !== undefined) && accept(conversation),
  });
  const last = rows.at(-1)?.shown?.activity;
  return ok({
    data: {
      channel_infos: rows.map((row) => toRow(row, world, account.userId)),
      cursor: more && last !== undefined ? writeCursor(last) : world.policies.listEndCursor,
    },
  });
}

function answerPinned({ account, query }: RestRequest, { world }: Service): RestAnswer {
  // In order of pinning, so the newest pin is the last of the set.
  const pinned = [...account.pinned].reverse();
  const start = Number(text(query.get('cursor')).replace('p', '')) || 0;
  const limit = pageSize(query.get('limit'), { max: world.policies.listPageMax, fallback: 20 });
  const rows = pinned.slice(start, start + limit);
  const next = start + rows.length;
  return ok({
    data: {
      channel_infos: rows.map((row) => toRow(row, world, account.userId)),
      cursor: next < pinned.length ? `p${next}` : world.policies.listEndCursor,
    },
  });
}

/** Without a page: the 10 most recent of the last 7 days. */
function answerOldList({ account, query }: RestRequest, { world }: Service): RestAnswer {
  const accept = (conversation: Conversation): boolean => conversation.shown?.lastMessage !== undefined;
  let rows: Conversation[];
  if (query.has('pageNum')) {
    const limit = pageSize(query.get('pageSize'), { max: world.policies.oldListPageMax, fallback: 20 });
    const page = pageSize(query.get('pageNum'), { max: Number.MAX_SAFE_INTEGER, fallback: 1 });
    rows = account.list.page({ before: undefined, limit: limit * page, accept }).rows.slice(limit * (page - 1));
  } else {
    const since = world.now() - 7 * 24 * 60 * 60 * 1000;
    rows = account.list
      .page({ before: undefined, limit: 10, accept })
      .rows.filter((row) => (row.shown?.lastMessage?.time ?? 0) >= since);
  }
  return ok({
    data: {
      channel_infos: rows.map((row) => ({
        channel_id: channelId(row, world.appKey),
        unread_num: row.shown?.unread ?? 0,
        meta: row.shown?.lastMessage === undefined ? {} : toJsonMessage(row.shown.lastMessage, world, account.userId),
      })),
    },
  });
}

function toRow(conversation: Conversation, world: World, viewer: string): object {
  const { shown } = conversation;
  return {
    session_to: conversation.id,
    session_type: conversation.chatType === 'groupChat' ? 'groupchat' : 'chat',
    is_top: (shown?.pinnedAt ?? 0) > 0,
    update_top_status_time: shown?.pinnedAt ?? 0,
    unread_num: shown?.unread ?? 0,
    marks: shown?.marks ?? [],
    meta: shown?.lastMessage === undefined ? {} : toJsonMessage(shown.lastMessage, world, viewer),
  };
}

function channelId(conversation: Conversation, appKey: string): string {
  const domain = conversation.chatType === 'groupChat' ? 'conference.easemob.com' : 'easemob.com';
  return `${appKey}_${conversation.id}@${domain}`;
}

// The SDK puts the cursor into the URL as it is, so it is made of characters that need no escaping.
function writeCursor(activity: string): string {
  return Buffer.from(`list:${activity}`).toString('base64url');
}

function readCursor(cursor: string): string | null {
  const [kind, activity] = Buffer.from(cursor, 'base64url').toString().split(':');
  return kind === 'list' && activity !== undefined && /^\d+$/.test(activity) ? activity : null;
}
