import { type Emulator } from '../../../emulator/start-emulator.ts';

export type Answer = { readonly status: number; readonly body: unknown };

/** Asks the emulator as this user. @param path After the app. @param body An object as JSON, a text or a form as it is. */
export type Ask = (user: string, method: string, path: string, body?: object | string) => Promise<Answer>;

export function createAsker(emulator: Emulator): Ask {
  const [org, app] = emulator.appKey.split('#');
  return async (user, method, path, body) => {
    const version = path.startsWith('api/') ? path.split('/').slice(0, 3).join('/') : '';
    const rest = path.slice(version.length).replace(/^\//, '');
    const isRaw = typeof body === 'string' || body instanceof FormData;
    const response = await fetch([emulator.apiUrl, ...(version === '' ? [] : [version]), org, app, rest].join('/'), {
      method,
      headers: {
        authorization: `Bearer ${emulator.issueToken(user)}`,
        ...(typeof body === 'string' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      },
      ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
}
