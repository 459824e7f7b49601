import { clientsClaim } from 'workbox-core';
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { SyncError } from '../protocol/errors.ts';

declare const self: ServiceWorkerGlobalScope;

/** A file of the app, as it was built. Workbox's own tools write lists of these. */
export type PrecacheEntry = {
  /** Relative to the service worker's script. */
  readonly url: string;
  /** Changes when the content does. `null`: the address itself changes (a hash in its name). */
  readonly revision: string | null;
};

export type PrecacheAppOptions = {
  /**
   * What a navigation to any address of the app shows: an entry of the manifest. `null`: only the manifest's own
   * addresses open offline. Default: `index.html`, when the manifest has it.
   */
  readonly fallback?: string | null;
  /** Addresses (path and query) that are not the app's: navigations to them go to the network. */
  readonly exclude?: readonly RegExp[];
  /**
   * Names of query parameters that make no different file. Default: every one, so that a worker's script is found
   * whatever parameters it is started with. A SharedWorker started from the cache sees the cached address as its
   * `location`, without them: what a worker must know, it is told in another way.
   */
  readonly ignoreParameters?: readonly RegExp[];
  /** Whether pages loaded before this service worker are served by it from its activation on. Default: true. */
  readonly claim?: boolean;
};

function checked(manifest: readonly PrecacheEntry[], options: PrecacheAppOptions): string | null {
  const refuse = (parameter: string, expected: string): never => {
    throw new SyncError('invalid-argument', `${parameter} must be ${expected}`, { details: { parameter } });
  };
  const isEntry = (entry: PrecacheEntry) =>
    typeof entry.url === 'string' && entry.url !== '' && (entry.revision === null || typeof entry.revision === 'string');
  if (!Array.isArray(manifest) || !manifest.every(isEntry)) refuse('manifest', 'a list of { url, revision }');
  const has = (url: string) => manifest.some((entry) => entry.url === url);
  const { fallback = has('index.html') ? 'index.html' : null } = options;
  if (fallback !== null && !has(fallback)) refuse('fallback', 'an entry of the manifest');
  return fallback;
}

/**
 * Lets a page that offers an update have it: the waiting version takes over when a page says `SKIP_WAITING`, and
 * never by itself. `precacheApp` includes it.
 */
export function takeOverOnRequest(): void {
  self.addEventListener('message', (event) => {
    const data: unknown = event.data;
    if (typeof data !== 'object' || data === null || !('type' in data) || data.type !== 'SKIP_WAITING') return;
    event.waitUntil(self.skipWaiting());
  });
}

/**
 * Makes an app open without a network: its page, and the script of the worker that holds its chat. To be called once,
 * while the service worker's script is evaluated; an app's own routes and listeners can stand beside it.
 *
 * - Everything in the manifest is fetched at installation, all or nothing, and served from there: a page never gets
 *   files of two versions.
 * - A shared or dedicated worker's script must be in the manifest: it is fetched through this service worker as well.
 * - Only files whose revision changed are fetched for a new version; those that left are removed, as are the caches of
 *   older versions of Workbox.
 * - A new version waits until every page of the old one is closed, or a page asks for it (`registerApp`'s `apply`).
 *
 * @param manifest Made by the build: every file the app needs to start.
 * @throws {SyncError} `invalid-argument` naming the parameter.
 */
export function precacheApp(manifest: readonly PrecacheEntry[], options: PrecacheAppOptions = {}): void {
  const fallback = checked(manifest, options);
  const { exclude = [], ignoreParameters = [/./], claim = true } = options;
  precacheAndRoute(
    manifest.map(({ url, revision }) => ({ url, revision })),
    { ignoreURLParametersMatching: [...ignoreParameters] },
  );
  if (fallback !== null) {
    registerRoute(new NavigationRoute(createHandlerBoundToURL(fallback), { denylist: [...exclude] }));
  }
  cleanupOutdatedCaches();
  takeOverOnRequest();
  if (claim) clientsClaim();
}
