import { beforeEach, describe, expect, test, vi } from 'vitest';

type Handler = (event: unknown) => void;

/** A service worker's global scope, as far as its script needs one while it is evaluated. */
function stubScope() {
  const handlers = new Map<string, Handler[]>();
  const scope = {
    addEventListener: (type: string, handler: Handler) => handlers.set(type, [...(handlers.get(type) ?? []), handler]),
    skipWaiting: vi.fn(async () => undefined),
    location: new URL('http://localhost/sw.js'),
    registration: { scope: 'http://localhost/' },
  };
  vi.stubGlobal('self', scope);
  vi.stubGlobal('location', scope.location);
  vi.stubGlobal('registration', scope.registration);
  return { scope, handlers, emit: (type: string, event: unknown) => handlers.get(type)?.forEach((handle) => handle(event)) };
}

/** Workbox keeps one list of files per evaluated script, so each test evaluates it anew. */
async function evaluate() {
  vi.resetModules();
  return import('../../../src/service-worker/worker.ts');
}

const manifest = [
  { url: 'index.html', revision: '1' },
  { url: 'chat.worker.js', revision: '2' },
];

describe('precacheApp', () => {
  let scope: ReturnType<typeof stubScope>;
  beforeEach(() => {
    scope = stubScope();
    return () => vi.unstubAllGlobals();
  });

  test('takes part in installation, activation and fetches', async () => {
    const { precacheApp } = await evaluate();
    precacheApp(manifest);
    expect([...scope.handlers.keys()].sort()).toEqual(['activate', 'fetch', 'install', 'message']);
  });

  test('a waiting version takes over only when a page says so', async () => {
    const { takeOverOnRequest } = await evaluate();
    takeOverOnRequest();
    const waitUntil = vi.fn();
    for (const data of [undefined, null, 'SKIP_WAITING', { type: 'other' }]) scope.emit('message', { data, waitUntil });
    expect(scope.scope.skipWaiting).not.toHaveBeenCalled();
    scope.emit('message', { data: { type: 'SKIP_WAITING' }, waitUntil });
    expect(scope.scope.skipWaiting).toHaveBeenCalledTimes(1);
    expect(waitUntil).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['manifest', undefined, {}],
    ['manifest', [{ url: '' , revision: null }], {}],
    ['manifest', [{ url: 'index.html' }], {}],
    ['fallback', manifest, { fallback: 'offline.html' }],
  ])('[ER2] a bad %s is refused by name, and nothing is registered', async (parameter, entries, options) => {
    const { precacheApp } = await evaluate();
    const call = () => precacheApp(entries as unknown as typeof manifest, options);
    expect(call).toThrowError(expect.objectContaining({ code: 'invalid-argument', details: { parameter } }));
    expect(scope.handlers.size).toBe(0);
  });

  test('an app without an index page opens its own addresses only', async () => {
    const { precacheApp } = await evaluate();
    expect(() => precacheApp([{ url: 'chat.worker.js', revision: '2' }])).not.toThrow();
  });
});
