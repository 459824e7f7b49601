import { afterEach, describe, expect, test, vi } from 'vitest';
import { registerApp, type RegisterAppOptions } from '../../../src/service-worker/page.ts';

/** The globals of a page that has loaded, with the service worker container of the test's choice. */
function stubPage({ isSecureContext = true, register }: { isSecureContext?: boolean; register?: () => Promise<unknown> }) {
  const container =
    register && Object.assign(new EventTarget(), { controller: null, register: vi.fn(register) });
  vi.stubGlobal('isSecureContext', isSecureContext);
  vi.stubGlobal('navigator', container === undefined ? {} : { serviceWorker: container });
  vi.stubGlobal('document', { readyState: 'complete', baseURI: 'http://localhost/' });
  vi.stubGlobal('location', new URL('http://localhost/'));
  vi.stubGlobal('self', globalThis);
  return container;
}

afterEach(() => vi.unstubAllGlobals());

const registration = () =>
  Object.assign(new EventTarget(), { active: null, waiting: null, installing: null, update: vi.fn(async () => undefined) });

describe('registerApp', () => {
  test('does nothing in an insecure context, and says so', async () => {
    const container = stubPage({ isSecureContext: false, register: async () => registration() });
    await expect(registerApp({ url: '/sw.js' })).resolves.toEqual({ type: 'unavailable', reason: 'insecure-context' });
    expect(container?.register).not.toHaveBeenCalled();
  });

  test('does nothing where there is no service worker, and says so', async () => {
    stubPage({});
    await expect(registerApp({ url: '/sw.js' })).resolves.toEqual({ type: 'unavailable', reason: 'no-service-worker' });
  });

  test('registers the script with its type and scope', async () => {
    const container = stubPage({ register: async () => registration() });
    const app = await registerApp({ url: '/sw.js', type: 'module', scope: '/chat/' });
    expect(app.type).toBe('registered');
    expect(container?.register).toHaveBeenCalledWith('/sw.js', { type: 'module', scope: '/chat/' });
  });

  test('[ER1] a registration that fails is a named error with its cause', async () => {
    const cause = new TypeError('404');
    stubPage({ register: () => Promise.reject(cause) });
    await expect(registerApp({ url: '/sw.js' })).rejects.toMatchObject({ name: 'SyncError', code: 'worker-unavailable', cause });
  });

  test('[ER1] a check for updates without a network is `offline`', async () => {
    const found = registration();
    found.update.mockRejectedValue(new TypeError('network'));
    stubPage({ register: async () => found });
    const app = await registerApp({ url: '/sw.js' });
    if (app.type !== 'registered') throw new Error('not registered');
    await expect(app.checkForUpdate()).rejects.toMatchObject({ code: 'offline', retryable: true });
    app.close();
    app.close();
  });

  test.each([
    ['url', { url: '' }],
    ['url', { url: 7 }],
    ['scope', { url: '/sw.js', scope: 7 }],
    ['type', { url: '/sw.js', type: 'esm' }],
    ['onUpdateWaiting', { url: '/sw.js', onUpdateWaiting: true }],
  ])('[ER2] a bad %s is refused by name, and nothing is registered', async (parameter, options) => {
    const container = stubPage({ register: async () => registration() });
    const registering = registerApp(options as unknown as RegisterAppOptions);
    await expect(registering).rejects.toMatchObject({ code: 'invalid-argument', details: { parameter } });
    expect(container?.register).not.toHaveBeenCalled();
  });
});
