/** What an update offer needs of the browser; a test hands in its own. */
export type UpdateOfferOptions = {
  /** The registration whose waiting worker is offered. */
  readonly registration: Pick<
    ServiceWorkerRegistration,
    'active' | 'waiting' | 'installing' | 'addEventListener' | 'removeEventListener'
  >;
  /** Where the page learns who controls it: `navigator.serviceWorker`. */
  readonly container: Pick<ServiceWorkerContainer, 'controller' | 'addEventListener' | 'removeEventListener'>;
  /** Called with what loads the new version. See {@link createUpdateOffer}. */
  readonly onUpdateWaiting: (apply: () => void) => void;
  /** Loads the page again. */
  readonly reload: () => void;
};

export interface UpdateOffer {
  /** Looks at the waiting worker now. Finding the same one again offers nothing. */
  look(): void;
  /** Ends the watch; an offer already made still works. Idempotent. */
  close(): void;
}

/**
 * Offers each new version of the app once, and never forces one on a page.
 *
 * - A version that waits, from before the page was loaded or found by any tab at any time, is offered once.
 * - A version that another tab applied controls this page already: what is offered then is the reload alone.
 * - The first worker to control a page that had none is no update, and is not offered.
 * - `apply` reloads once, however often it is called and however many events follow.
 */
export function createUpdateOffer({ registration, container, onUpdateWaiting, reload }: UpdateOfferOptions): UpdateOffer {
  const offered = new WeakSet<ServiceWorker>();
  let wasControlled = container.controller !== null;
  let applying = false;
  let reloaded = false;

  function reloadOnce(): void {
    if (reloaded) return;
    reloaded = true;
    reload();
  }

  function apply(): void {
    if (applying) return;
    applying = true;
    const { waiting } = registration;
    if (waiting === null) {
      reloadOnce();
      return;
    }
    // A page that was loaded past the service worker is not taken over by it: its activation says as much.
    waiting.addEventListener('statechange', () => {
      if (waiting.state === 'activated') reloadOnce();
    });
    waiting.postMessage({ type: 'SKIP_WAITING' });
  }

  function look(): void {
    const { active, waiting } = registration;
    // The very first worker waits for a moment too, with nothing before it to replace.
    if (active === null || waiting === null || offered.has(waiting)) return;
    offered.add(waiting);
    onUpdateWaiting(apply);
  }

  function onUpdateFound(): void {
    const { installing } = registration;
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed') look();
    });
  }

  function onControllerChange(): void {
    const { controller } = container;
    if (applying) reloadOnce();
    else if (wasControlled && controller !== null && !offered.has(controller)) {
      offered.add(controller);
      onUpdateWaiting(apply);
    }
    wasControlled = controller !== null;
  }

  registration.addEventListener('updatefound', onUpdateFound);
  container.addEventListener('controllerchange', onControllerChange);
  look();

  return {
    look,
    close() {
      registration.removeEventListener('updatefound', onUpdateFound);
      container.removeEventListener('controllerchange', onControllerChange);
    },
  };
}
