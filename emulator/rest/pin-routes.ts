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
import { type Target } from '../state/conversation-actions.ts';

/** Pins and marks of conversations, and pins of messages. */
export const pinRoutes: readonly Route[] = [
  {
    name: 'pin',
    method: 'POST',
    path: 'sdk/user/:user/user_channel/top',
    handle(request, { actions }) {
      const pinnedAt = actions.pin(targetOf(request, request.body));
      if (pinnedAt === 'full')
        return refuse(403, 'forbidden_op', 'the number of pinned sessions reached the limit', 91002);
      if (pinnedAt === 'unknown') return refuse(404, 'not_found', 'session not found', 91001);
      return ok({ data: { is_top: true, update_top_status_time: pinnedAt } });
    },
  },
  {
    name: 'unpin',
    method: 'DELETE',
    path: 'sdk/user/:user/user_channel/top',
    handle(request, { world, actions }) {
      actions.unpin(targetOf(request, Object.fromEntries(request.query)));
      return ok({ data: { is_top: false, update_top_status_time: world.now() } });
    },
  },
  {
    name: 'mark',
    method: 'POST',
    path: 'sdk/user/:user/user_channels/mark',
    handle: (...args) => answerMark(...args, true),
  },
  {
    name: 'unmark',
    method: 'DELETE',
    path: 'sdk/user/:user/user_channels/mark',
    handle: (...args) => answerMark(...args, false),
  },
  {
    name: 'pin-message',
    method: 'POST',
    path: 'sdk/user/:user/user_channel/pin',
    handle: (...args) => answerMessagePin(...args, true),
  },
  {
    name: 'unpin-message',
    method: 'DELETE',
    path: 'sdk/user/:user/user_channel/pin',
    handle: (...args) => answerMessagePin(...args, false),
  },
  { name: 'pinned-messages', method: 'GET', path: 'sdk/user/:user/user_channel/pin', handle: answerPinnedMessages },
];

type Named = { readonly to?: unknown; readonly type?: unknown };

function targetOf(request: RestRequest, named: Named): Target {
  return {
    account: request.account,
    id: text(named.to),
    chatType: chatTypeOf(named.type),
    resource: text(request.query.get('resource')),
  };
}

function answerMark(request: RestRequest, { actions }: Service, set: boolean): RestAnswer {
  const mark = text(request.body['mark']);
  if (!/^mark_\d+$/.test(mark)) return refuse(400, 'illegal_argument', 'param mark illegal, please check it!');
  const targets = Array.isArray(request.body['targets']) ? (request.body['targets'] as Named[]) : [];
  const ignored = targets.filter((target) => !actions.mark(targetOf(request, target), mark, { set }));
  return ok({ data: { ignore: ignored } });
}

function answerMessagePin(request: RestRequest, { actions }: Service, set: boolean): RestAnswer {
  const messageId = text(request.body['pin_msg_id']);
  const outcome = actions.pinMessage(targetOf(request, request.body), messageId, { set });
  if (outcome === 'full') return refuse(400, 'illegal_argument', 'The quantity has exceeded the limit!');
  if (outcome === 'unknown') return refuse(400, 'illegal_argument', 'param pin_msg_id illegal, please check it!');
  return ok({ data: {} });
}

function answerPinnedMessages(request: RestRequest, { world, actions }: Service): RestAnswer {
  const pins = actions.pinnedMessages(targetOf(request, Object.fromEntries(request.query)));
  const start = Number(text(request.query.get('cursor'))) || 0;
  const page = pins.slice(start, start + pageSize(request.query.get('limit'), { max: 50, fallback: 10 }));
  const next = start + page.length;
  return ok({
    data: {
      msg_infos: page.map((pin) => ({
        message: toJsonMessage(pin.message, world, request.account.userId),
        pin_opt_at: pin.at,
        pin_operator: pin.by,
      })),
      cursor: next < pins.length ? String(next) : '',
    },
  });
}
