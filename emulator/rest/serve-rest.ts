import { type IncomingMessage, type ServerResponse } from 'node:http';
import { callRoutes } from './call-routes.ts';
import { contactRoutes } from './contact-routes.ts';
import { fileRoutes } from './file-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { listRoutes } from './list-routes.ts';
import { loginRoutes } from './login-routes.ts';
import { peopleRoutes } from './people-routes.ts';
import { pinRoutes } from './pin-routes.ts';
import { profileRoutes } from './profile-routes.ts';
import { reactionRoutes } from './reaction-routes.ts';
import { refuse, type RestAnswer, type RestRequest, type Route, type Service } from './route.ts';
import { silenceRoutes } from './silence-routes.ts';
import { speechRoutes } from './speech-routes.ts';
import { readBytes, sendAnswer, sendBroken } from './answer.ts';
import { isDelay, type Faults, type RestFault } from '../faults.ts';
import { type Journal } from '../journal.ts';
import { createAccount } from '../state/account.ts';

/** Answers one request of the service's REST interface. */
export type ServeRest = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export function createServeRest(options: {
  readonly service: Service;
  readonly faults: Faults;
  readonly journal: Journal;
}): ServeRest {
  const { service, faults, journal } = options;
  const { world } = service;
  const routes: readonly Route[] = [
    ...loginRoutes,
    ...listRoutes,
    ...historyRoutes,
    ...pinRoutes,
    ...reactionRoutes,
    ...silenceRoutes,
    ...peopleRoutes,
    ...contactRoutes,
    ...profileRoutes,
    ...callRoutes,
    ...speechRoutes,
    ...fileRoutes,
  ];
  const listCalls = createCallLimit();
  const historyCalls = createCallLimit();

  function findRoute(method: string, path: readonly string[], query: URLSearchParams): Route | undefined {
    return routes.find(
      (route) =>
        route.method === method && matches(route.path, path) && (route.when === undefined || route.when(query)),
    );
  }

  function answer(route: Route, request: RestRequest): RestAnswer {
    const { listCallsPerMinute, historyCallsPerMinute } = world.policies;
    const { userId } = request.account;
    let waitMs = 0;
    if (route.name.endsWith('-list')) waitMs = listCalls(userId, listCallsPerMinute, world.now());
    else if (route.name === 'history') waitMs = historyCalls(userId, historyCallsPerMinute, world.now());
    return waitMs > 0 ? tooMany(Math.ceil(waitMs / 1000)) : route.handle(request, service);
  }

  /** Who asks: the account of the token, or an answer that refuses. */
  function authenticate(
    header: string,
    user: string | undefined,
  ): { readonly userId: string; readonly expiresAt: number } | RestAnswer {
    const state = world.tokens.find(header.replace(/^Bearer /, ''));
    if (state === undefined || state.expiresAt <= world.now()) {
      return refuse(401, 'unauthorized', 'Unable to authenticate (OAuth)');
    }
    if (user !== undefined && user !== state.userId)
      return refuse(403, 'forbidden_op', 'the token is not of this user');
    return state;
  }

  return async (incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://emulator');
    const { app, path } = addressOf(url.pathname);
    const route = findRoute(incoming.method ?? 'GET', path, url.searchParams);
    if (route === undefined || app !== world.appKey) {
      await readBytes(incoming, []);
      sendAnswer(response, refuse(404, 'not_found', 'Service resource not found'));
      return;
    }
    const user = path[route.path.split('/').indexOf(':user')];
    const identity =
      route.public === true ? { userId: '', expiresAt: 0 } : authenticate(incoming.headers.authorization ?? '', user);
    const userId = 'userId' in identity ? identity.userId : (user ?? '');
    const struck = faults.takeRest(route.name, userId);
    const bytes = await readBytes(incoming, struck);
    if (bytes === undefined) {
      journal.add({ kind: 'rest', name: route.name, userId, detail: { cut: true } });
      return;
    }
    const broken = struck.find((fault) => !isDelay(fault) && fault.type !== 'cut');
    await latency(struck);
    for (const fault of struck) await faults.lifted(fault);

    let result: RestAnswer | undefined;
    if (broken === undefined || broken.after === true || broken.type === 'truncate' || broken.type === 'malformed') {
      result =
        'userId' in identity
          ? answer(route, {
              path,
              query: url.searchParams,
              contentType: incoming.headers['content-type'] ?? '',
              isRestricted: incoming.headers['restrict-access'] === 'true',
              bytes,
              body: parseBody(bytes, incoming.headers['content-type'] ?? ''),
              account: world.findAccount(identity.userId) ?? createAccount({ userId: identity.userId, password: '', createdAt: 0 }),
              tokenExpiresAt: identity.expiresAt,
            })
          : identity;
    }
    journal.add({
      kind: 'rest',
      name: route.name,
      userId,
      detail: broken === undefined ? { status: result?.status ?? 0 } : { fault: broken.type },
    });
    if (broken !== undefined) sendBroken(response, broken, result);
    else if (result !== undefined) sendAnswer(response, result);
  };
}

/** Some paths have a version before the app: it stays before the rest. */
function addressOf(pathname: string): { readonly app: string; readonly path: readonly string[] } {
  const parts = pathname.split('/').slice(1).map(decodeURIComponent);
  const version = parts[0] === 'api' ? parts.splice(0, 3) : [];
  const [org = '', app = '', ...path] = parts;
  return { app: `${org}#${app}`, path: [...version, ...path] };
}

function matches(pattern: string, path: readonly string[]): boolean {
  const parts = pattern.split('/');
  return parts.length === path.length && parts.every((part, index) => part.startsWith(':') || part === path[index]);
}

function tooMany(retryAfterSeconds: number): RestAnswer {
  const refusal = refuse(429, 'reach_limit', 'This request has reached api limit');
  return { ...refusal, headers: { 'retry-after': String(retryAfterSeconds) } };
}

/** @returns Waits of 0 while within the limit, else ms until the oldest call of the last minute is forgotten. */
function createCallLimit(): (userId: string, limit: number | null, now: number) => number {
  const calls = new Map<string, number[]>();
  return (userId, limit, now) => {
    if (limit === null) return 0;
    const recent = (calls.get(userId) ?? []).filter((time) => time > now - 60_000);
    calls.set(userId, recent);
    if (recent.length >= limit) return (recent[0] ?? now) + 60_000 - now;
    recent.push(now);
    return 0;
  };
}

async function latency(struck: readonly RestFault[]): Promise<void> {
  let ms = 0;
  for (const fault of struck) if (fault.type === 'latency') ms += fault.ms;
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}

function parseBody(bytes: Buffer, contentType: string): Readonly<Record<string, unknown>> {
  if (bytes.length === 0 || contentType.startsWith('multipart/')) return {};
  if (contentType.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(bytes.toString('utf8')));
  try {
    const value = JSON.parse(bytes.toString('utf8')) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
