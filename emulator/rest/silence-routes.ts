import { ok, pageSize, refuse, text, type RestRequest, type Route } from './route.ts';
import { type ChatType } from '../state/channel.ts';
import { type SilentTarget } from '../state/silence.ts';

const kinds: Readonly<Record<string, ChatType>> = { user: 'singleChat', chatgroup: 'groupChat' };

/** Do-not-disturb: of the whole account (its own user id in the path), of one conversation, of several. */
export const silenceRoutes: readonly Route[] = [
  {
    name: 'silent-types',
    method: 'GET',
    path: 'users/:user/notification/mute/type',
    handle({ account, query }, { silence }) {
      const rows = silence.types(account);
      const start = Number(text(query.get('cursor'))) || 0;
      const page = rows.slice(start, start + pageSize(query.get('limit'), { max: 50, fallback: 10 }));
      const next = start + page.length;
      return ok({
        data: page.map(({ id, chatType, type }) => ({
          [chatType === 'groupChat' ? 'group' : 'user']: id,
          value: type,
        })),
        cursor: next < rows.length ? String(next) : '',
      });
    },
  },
  {
    name: 'silent-modes',
    method: 'GET',
    path: 'users/:user/notification',
    handle({ account, query }, { silence }) {
      const modes = (name: string, chatType: ChatType): object =>
        Object.fromEntries(
          text(query.get(name))
            .split(',')
            .filter(Boolean)
            .map((id) => [id, silence.get({ account, conversation: { id, chatType } })]),
        );
      return ok({ data: { user: modes('user', 'singleChat'), group: modes('group', 'groupChat') } });
    },
  },
  {
    name: 'silent-mode',
    method: 'GET',
    path: 'users/:user/notification/:x/:x',
    handle(request, { silence }) {
      const target = targetOf(request);
      return target === undefined ? illegal() : ok({ data: silence.get(target) });
    },
  },
  {
    name: 'set-silent-mode',
    method: 'PUT',
    path: 'users/:user/notification/:x/:x',
    handle(request, { silence }) {
      const target = targetOf(request);
      return target === undefined ? illegal() : ok({ data: silence.set(target, request.body) });
    },
  },
];

function targetOf({ account, path, query }: RestRequest): SilentTarget | undefined {
  const chatType = kinds[path[3] ?? ''];
  const id = path[4] ?? '';
  if (chatType === undefined) return undefined;
  const resource = text(query.get('resource'));
  const isOwn = chatType === 'singleChat' && id === account.userId;
  return isOwn ? { account, resource } : { account, conversation: { id, chatType }, resource };
}

function illegal(): ReturnType<Route['handle']> {
  return refuse(400, 'illegal_argument', 'param type illegal, please check it!');
}
