import { describe, expect, test, vi } from 'vitest';
import { createUpdateOffer, type UpdateOfferOptions } from '../../../src/service-worker/page-update-offer.ts';

/** A service worker whose state the test moves. */
class FakeWorker extends EventTarget {
  state: ServiceWorkerState = 'installing';
  readonly postMessage = vi.fn();

  become(state: ServiceWorkerState): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

class FakeRegistration extends EventTarget {
  active: FakeWorker | null = null;
  waiting: FakeWorker | null = null;
  installing: FakeWorker | null = null;
}

class FakeContainer extends EventTarget {
  controller: FakeWorker | null = null;
}

/** A browser with a service worker registration, as a page sees it. */
function createBrowser({ isControlled }: { isControlled: boolean }) {
  const registration = new FakeRegistration();
  const container = new FakeContainer();
  if (isControlled) {
    container.controller = new FakeWorker();
    container.controller.state = 'activated';
    registration.active = container.controller;
  }
  const offers: (() => void)[] = [];
  const reload = vi.fn();
  return {
    registration,
    container,
    offers,
    reload,
    open: () =>
      createUpdateOffer({
        registration: registration as unknown as UpdateOfferOptions['registration'],
        container: container as unknown as UpdateOfferOptions['container'],
        onUpdateWaiting: (apply) => offers.push(apply),
        reload,
      }),
    /** A new version is found, fetched and put to wait. */
    install(): FakeWorker {
      const worker = new FakeWorker();
      registration.installing = worker;
      registration.dispatchEvent(new Event('updatefound'));
      registration.installing = null;
      registration.waiting = worker;
      worker.become('installed');
      return worker;
    },
    /** The waiting version takes over every page, as the browser does after `skipWaiting`. */
    activate(): void {
      const worker = registration.waiting;
      if (worker === null) throw new Error('nothing waits');
      registration.waiting = null;
      registration.active = worker;
      container.controller = worker;
      container.dispatchEvent(new Event('controllerchange'));
      worker.become('activated');
    },
  };
}

describe('the offer of an update', () => {
  test('a version that already waits when the page is loaded is offered', () => {
    const browser = createBrowser({ isControlled: true });
    browser.registration.waiting = new FakeWorker();
    browser.open();
    expect(browser.offers).toHaveLength(1);
  });

  test('a version found later is offered once, whoever reports it', () => {
    const browser = createBrowser({ isControlled: true });
    const offer = browser.open();
    browser.install();
    offer.look();
    offer.look();
    expect(browser.offers).toHaveLength(1);
  });

  test('a second and a third version are offered as well', () => {
    const browser = createBrowser({ isControlled: true });
    browser.open();
    browser.install();
    browser.install();
    browser.install();
    expect(browser.offers).toHaveLength(3);
  });

  test('the first worker of a page is no update', () => {
    const browser = createBrowser({ isControlled: false });
    browser.open();
    browser.install();
    browser.activate();
    expect(browser.offers).toHaveLength(0);
    expect(browser.reload).not.toHaveBeenCalled();
  });

  test('nothing is forced: without `apply` the waiting version is told nothing and the page stays', () => {
    const browser = createBrowser({ isControlled: true });
    browser.open();
    const worker = browser.install();
    expect(worker.postMessage).not.toHaveBeenCalled();
    expect(browser.reload).not.toHaveBeenCalled();
  });

  test('`apply` asks the waiting version to take over, and reloads once when it has', () => {
    const browser = createBrowser({ isControlled: true });
    browser.open();
    const worker = browser.install();
    browser.offers[0]?.();
    browser.offers[0]?.();
    expect(worker.postMessage.mock.calls).toEqual([[{ type: 'SKIP_WAITING' }]]);
    expect(browser.reload).not.toHaveBeenCalled();
    browser.activate();
    browser.container.dispatchEvent(new Event('controllerchange'));
    expect(browser.reload).toHaveBeenCalledTimes(1);
  });

  test('`apply` reloads a page that is under no control, once the new version is active', () => {
    const browser = createBrowser({ isControlled: true });
    browser.container.controller = null;
    browser.open();
    const worker = browser.install();
    browser.offers[0]?.();
    worker.become('activated');
    expect(browser.reload).toHaveBeenCalledTimes(1);
  });

  test('an older offer applies the newest version', () => {
    const browser = createBrowser({ isControlled: true });
    browser.open();
    const older = browser.install();
    const newer = browser.install();
    browser.offers[0]?.();
    expect(older.postMessage).not.toHaveBeenCalled();
    expect(newer.postMessage).toHaveBeenCalledTimes(1);
  });

  test('a version that another tab applied is not forced on this one: the offer it has reloads', () => {
    const browser = createBrowser({ isControlled: true });
    browser.open();
    browser.install();
    browser.activate();
    expect(browser.reload).not.toHaveBeenCalled();
    expect(browser.offers).toHaveLength(1);
    browser.offers[0]?.();
    expect(browser.reload).toHaveBeenCalledTimes(1);
  });

  test('a version that took over without waiting here is offered as a reload', () => {
    const browser = createBrowser({ isControlled: true });
    browser.open();
    browser.registration.waiting = new FakeWorker();
    browser.activate();
    expect(browser.offers).toHaveLength(1);
    browser.offers[0]?.();
    expect(browser.reload).toHaveBeenCalledTimes(1);
  });

  test('after `close` nothing more is offered', () => {
    const browser = createBrowser({ isControlled: true });
    const offer = browser.open();
    offer.close();
    offer.close();
    browser.install();
    browser.activate();
    expect(browser.offers).toHaveLength(0);
  });
});
