import { ok, refuse, text, type Route } from './route.ts';

/** What the service is asked for on the way to others: numbers and tokens for calls, and reports to its moderators. */
export const callRoutes: readonly Route[] = [
  {
    name: 'rtc-token',
    method: 'GET',
    path: 'users/:user/token/rtc',
    handle: ({ account, query }, { people, world }) =>
      ok({
        app_id: 'emulator-rtc',
        rtc_token: `rtc-${world.nextId(world.now())}`,
        channel_name: text(query.get('channelName')),
        rtcUid: people.rtcUid(account.userId),
        expires_in: Math.round(world.policies.tokenLifeMs / 1000),
      }),
  },
  {
    name: 'rtc-users',
    method: 'POST',
    path: 'rtc_mapper/batch/get',
    handle({ body }, { people }) {
      const asked = Array.isArray(body['data']) ? body['data'].map(Number) : [];
      const known = asked.map((uid) => [uid, people.rtcUser(uid)]).filter(([, userId]) => userId !== undefined);
      return ok({ data: Object.fromEntries(known) as object });
    },
  },
  {
    name: 'report-message',
    method: 'POST',
    path: 'user/:user/moderation/report/message/:x',
    handle({ account, body, path }, { people }) {
      const report = { by: account.userId, messageId: path.at(-1) ?? '', type: text(body['reportType']), reason: text(body['reportReason']) };
      return people.report(report) ? ok({}) : refuse(400, 'illegal_argument', 'report failed, get message by id failed');
    },
  },
];
