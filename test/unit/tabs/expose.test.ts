import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import * as Comlink from 'comlink';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { Outcome, WorkerApi } from '../../../src/protocol/worker-api.ts';
import { createExpose } from '../../../src/worker/tabs/expose.ts';

/** Calls of a tab of which one is answered and one is not, as its port sees them. */
function openCalls(ended: AbortController): { connect: () => Pick<Comlink.Remote<WorkerApi>, 'refresh' | 'pauseBackfill'>; close: () => void } {
  const api = { refresh: async () => undefined, pauseBackfill: () => new Promise<void>(() => undefined) } as Partial<WorkerApi> as WorkerApi;
  const expose = createExpose(ended.signal, async () => undefined);
  const ports: MessagePort[] = [];
  return {
    connect() {
      const { port1, port2 } = new MessageChannel();
      ports.push(port1);
      expose(api, port2);
      return Comlink.wrap<WorkerApi>(port1);
    },
    close: () => ports.forEach((port) => port.close()),
  };
}

test('[TB3] tabs that came and went, and calls that were answered, leave nothing hanging on the engine', async () => {
  const ended = new AbortController();
  const calls = openCalls(ended);
  for (let tab = 0; tab < 20; tab += 1) await calls.connect().refresh();
  void calls.connect().pauseBackfill();
  expect(getEventListeners(ended.signal, 'abort')).toHaveLength(1);
  calls.close();
});

test('[TB3] when the engine ends, open calls and later ones are answered with its reason', async () => {
  const ended = new AbortController();
  const calls = openCalls(ended);
  const tab = calls.connect();
  const open = tab.pauseBackfill() as Promise<unknown> as Promise<Outcome<void>>;
  await tab.refresh();
  ended.abort(new SyncError('worker-lost', 'the end'));
  expect(await open).toMatchObject({ ok: false, error: { code: 'worker-lost' } });
  expect(await tab.refresh()).toMatchObject({ ok: false, error: { code: 'worker-lost' } });
  calls.close();
});
