import { ok, refuse, text, texts, type Route } from './route.ts';
import { type Account } from '../state/account.ts';
import { profileAttributes } from '../state/people.ts';

/** What users tell of themselves: registration, attributes, the name and the tokens of push notifications. */
export const profileRoutes: readonly Route[] = [
  {
    name: 'register',
    method: 'POST',
    path: 'users',
    public: true,
    handle({ body }, { people }) {
      const userId = text(body['username']);
      const account = people.register({ userId, password: text(body['password']), nickname: text(body['nickname']) });
      if (account === 'taken') {
        const description = `Entity user requires that property named username be unique, value of ${userId} exists`;
        return refuse(400, 'duplicate_unique_property_exists', description);
      }
      if (account === 'illegal') return refuse(400, 'illegal_argument', `username [${userId}] is not legal`);
      return ok({ entities: [entityOf(account)] });
    },
  },
  {
    name: 'set-profile',
    method: 'PUT',
    path: 'metadata/user/:user',
    handle({ account, body }, { people }) {
      people.describe(account, body as Readonly<Record<string, string>>);
      return ok({ data: people.profile(account.userId, profileAttributes) });
    },
  },
  {
    name: 'profiles',
    method: 'POST',
    path: 'metadata/user/get',
    handle({ body }, { people }) {
      const names = texts(body['properties']);
      return ok({ data: Object.fromEntries(texts(body['targets']).map((userId) => [userId, people.profile(userId, names)])) });
    },
  },
  {
    name: 'update-user',
    method: 'PUT',
    path: 'users/:user',
    handle({ account, body }, { people }) {
      const deviceId = text(body['device_id']);
      if (deviceId === '') {
        people.rename(account, text(body['nickname']));
        return ok({ entities: [entityOf(account)] });
      }
      people.setPushToken(account, { deviceId, token: text(body['device_token']), notifier: text(body['notifier_name']) });
      const pushInfo = [...account.pushTokens.values()].map(({ token, notifier, ...of }) => ({
        device_id: of.deviceId,
        device_token: token,
        notifier_name: notifier,
      }));
      return ok({ entities: [{ ...entityOf(account), pushInfo }] });
    },
  },
];

function entityOf({ userId, nickname, createdAt, modifiedAt }: Account): object {
  return {
    uuid: `uuid-${userId}`,
    type: 'user',
    username: userId,
    activated: true,
    created: createdAt,
    modified: modifiedAt,
    ...(nickname === '' ? {} : { nickname }),
  };
}
