import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../src/client/connect.ts';
import type { Chat } from '../../../src/client/chat.ts';
import { createFakeClock, nextTurn } from '../../../src/testing/fake-clock.ts';
import { createFakeLocks } from '../../../src/testing/fake-locks.ts';
import { createFakeService } from '../../../src/testing/fake-service.ts';
import { createReception } from '../../../src/worker/reception.ts';
import { watch } from '../engine/watch.ts';

/** Tabs of one browser that have no worker in common: each brings a dedicated one of its own, which dies with it. */
function openBrowser() {
  const [clock, locks, service, indexedDB] = [createFakeClock(), createFakeLocks(), createFakeService(), new IDBFactory()];
  const account = { appKey: 'org#app', userId: 'alice' };
  let ids = 0;
  const uniqueId = (): string => `id-${(ids += 1)}`;
  const shared = { random: () => 0.5, uniqueId, setTimer: (callback: () => void, delayMs: number) => clock.setTimer(callback, delayMs) };
  const until = async (condition: () => boolean, what: string): Promise<void> => {
    for (let turn = 0; turn < 5_000; turn += 1) {
      if (condition()) return;
      if (turn % 50 === 49) await clock.advance(1_000);
      await nextTurn();
    }
    throw new Error(`never: ${what}`);
  };

  const openTab = (): { chat: Promise<Chat>; close: () => Promise<void> } => {
    const owner = uniqueId();
    const own = locks.ownedBy(owner);
    const environment = { ...shared, now: () => clock.now(), locks: own, indexedDB, keyRange: IDBKeyRange, isOnline: () => true };
    const reception = createReception({ service: service.factory, environment });
    const worker = (): MessagePort => {
      const { port1, port2 } = new MessageChannel();
      port2.onmessage = ({ data }) => reception.receive(data, (reply) => port2.postMessage(reply));
      onTestFinished(() => port2.close());
      return port1;
    };
    const client = { ...shared, locks: own, watchPage: () => () => undefined, reportError: () => undefined };
    const chat = connect({ account, token: () => service.token('alice'), environment: client, worker });
    chat.catch(() => undefined);
    const close = async (): Promise<void> => {
      await chat.then((open) => open.close()).catch(() => undefined);
      await reception.close();
      locks.kill(owner);
    };
    onTestFinished(close);
    return { chat, close };
  };
  return { openTab, service, server: service.server, until };
}

test('[TB1] hard case 13: of two tabs with a worker each one owns the account, and the other takes it over', async () => {
  const browser = openBrowser();
  browser.server.seed({ userId: 'alice', conversations: 3 });
  const first = browser.openTab();
  const total = watch((await first.chat).unread);
  await browser.until(() => total.value === 3, 'the first tab has read the list');

  const second = browser.openTab();
  let refusal: unknown;
  second.chat.catch((error: unknown) => (refusal = error));
  await browser.until(() => refusal !== undefined, 'the second tab is refused');
  expect(refusal).toMatchObject({ code: 'worker-unavailable' });
  expect(browser.server.connections('alice')).toHaveLength(1);
  browser.server.write({ from: 'user-1', to: 'alice', text: 'to the owner' });
  await browser.until(() => total.value === 4, 'the first tab goes on');

  const third = browser.openTab();
  await first.close();
  const next = await Promise.race([third.chat, browser.until(() => false, 'the waiting tab takes over')]);
  const totalOfNext = watch((next as Chat).unread);
  await browser.until(() => totalOfNext.value === 4, 'the next owner shows what the first has stored');
  browser.server.write({ from: 'user-2', to: 'alice', text: 'to the next owner' });
  await browser.until(() => totalOfNext.value === 5, 'the next owner is served live');
  expect(browser.server.connections('alice')).toHaveLength(1);
});
