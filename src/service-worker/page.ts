import { Workbox } from 'workbox-window';
import { SyncError } from '../protocol/errors.ts';
import { createUpdateOffer } from './page-update-offer.ts';

export type RegisterAppOptions = {
  /** The app's service worker script, which calls `precacheApp`. Relative to the document. */
  readonly url: string | URL;
  /** Below which path pages are controlled. Default: the script's folder. */
  readonly scope?: string;
  /** How the script was built. Default: `classic`, which every browser with service workers understands. */
  readonly type?: 'classic' | 'module';
  /**
   * A new version of the app is ready. Nothing changes until `apply` is called: then the new version takes over and
   * this page is loaded again, once. Offered once per version, in every open tab.
   */
  readonly onUpdateWaiting?: (apply: () => void) => void;
};

export type AppRegistration =
  | {
      readonly type: 'registered';
      /**
       * Asks the server whether there is a new version. The browser does so by itself at each navigation and at least
       * once a day; an app that stays open for days asks now and then.
       *
       * @throws {SyncError} `offline`: the script could not be fetched.
       */
      checkForUpdate(): Promise<void>;
      /** Stops offering updates to this page. The service worker stays registered. Idempotent. */
      close(): void;
    }
  | {
      /** The app works, from the network alone. */
      readonly type: 'unavailable';
      /** `insecure-context`: neither https nor localhost. `no-service-worker`: the browser has none, or forbids it here. */
      readonly reason: 'insecure-context' | 'no-service-worker';
    };

function checked(options: RegisterAppOptions): RegisterAppOptions {
  const refuse = (parameter: string, expected: string): never => {
    throw new SyncError('invalid-argument', `${parameter} must be ${expected}`, { details: { parameter } });
  };
  const { url, scope, type, onUpdateWaiting } = options;
  if (!(url instanceof URL) && (typeof url !== 'string' || url === '')) refuse('url', 'a URL or a text that is not empty');
  if (scope !== undefined && typeof scope !== 'string') refuse('scope', 'a text');
  if (type !== undefined && type !== 'classic' && type !== 'module') refuse('type', "'classic' or 'module'");
  if (onUpdateWaiting !== undefined && typeof onUpdateWaiting !== 'function') refuse('onUpdateWaiting', 'a function');
  return options;
}

function unavailableReason(): 'insecure-context' | 'no-service-worker' | undefined {
  if (!globalThis.isSecureContext) return 'insecure-context';
  return 'serviceWorker' in navigator ? undefined : 'no-service-worker';
}

/**
 * Registers the app's service worker, so that the page and its worker script open without a network, and offers new
 * versions as they come.
 *
 * - Waits for the page's `load` event, so that precaching does not compete with the first visit.
 * - Where there is no service worker it does nothing, and says why: the app goes on.
 *
 * @returns What became of it; see {@link AppRegistration}.
 * @throws {SyncError} `invalid-argument` naming the parameter; `worker-unavailable` when the script could not be
 *   fetched or evaluated, or its scope is not allowed. A visit without a network is no such case once a version is stored.
 */
export async function registerApp(options: RegisterAppOptions): Promise<AppRegistration> {
  const { url, scope, type = 'classic', onUpdateWaiting } = checked(options);
  const reason = unavailableReason();
  if (reason !== undefined) return { type: 'unavailable', reason };

  const workbox = new Workbox(String(url), { type, ...(scope === undefined ? {} : { scope }) });
  const registration = await workbox.register().catch((cause: unknown) => {
    throw new SyncError('worker-unavailable', 'the service worker could not be registered', { cause });
  });
  if (registration === undefined) throw new SyncError('internal', 'workbox registered twice');
  const offer =
    onUpdateWaiting &&
    createUpdateOffer({
      registration,
      container: navigator.serviceWorker,
      onUpdateWaiting,
      reload: () => location.reload(),
    });
  // Workbox reports one update per page; the offer watches the registration too, for the second and those of other tabs.
  workbox.addEventListener('waiting', () => offer?.look());

  return {
    type: 'registered',
    async checkForUpdate() {
      await registration.update().catch((cause: unknown) => {
        throw new SyncError('offline', 'the service worker script could not be fetched', { cause });
      });
    },
    close: () => offer?.close(),
  };
}
