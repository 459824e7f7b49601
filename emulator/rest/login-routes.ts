import { ok, refuse, text, type Route } from './route.ts';

/** Login by password, the life of a token, and the account's devices. */
export const loginRoutes: readonly Route[] = [
  {
    name: 'login',
    method: 'POST',
    path: 'token',
    public: true,
    handle({ body }, { world }) {
      const userId = text(body['username']);
      const account = world.findAccount(userId);
      if (account === undefined) return refuse(404, 'not_found', 'user not found');
      if (account.password !== body['password']) return refuse(400, 'invalid_grant', 'invalid password');
      const lifeMs = world.policies.tokenLifeMs;
      return ok({
        access_token: world.tokens.issue(userId, lifeMs),
        expires_in: Math.round(lifeMs / 1000),
        user: { uuid: `uuid-${userId}`, type: 'user', username: userId, activated: true },
      });
    },
  },
  {
    name: 'token-life',
    method: 'GET',
    path: 'sdk/users/:user/token/expires',
    handle: ({ tokenExpiresAt }) => ok({ expire_timestamp: tokenExpiresAt }),
  },
  {
    name: 'devices',
    method: 'GET',
    path: 'users/:user/resources',
    handle: ({ account }) =>
      ok({
        data: [...account.devices.values()]
          .filter((device) => device.sessions.size > 0)
          .map((device) => ({ res: device.resource, device_uuid: device.uuid, device_name: device.name })),
      }),
  },
];
