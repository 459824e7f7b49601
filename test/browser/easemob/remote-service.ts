import type { Page } from 'playwright-core';
import { SyncError, type SyncErrorData } from '../../../src/protocol/errors.ts';
import type { Account } from '../../../src/protocol/model.ts';
import type { Outcome } from '../../../src/protocol/worker-api.ts';
import type { ChatService, ServiceEvent } from '../../../src/worker/service/chat-service.ts';
import type { EasemobOptions } from '../../../src/worker/service/easemob/easemob-service.ts';

export type ToWorker =
  | { readonly type: 'console'; readonly call: number }
  | { readonly type: 'make'; readonly call: number; readonly account: Account; readonly options: EasemobOptions }
  | { readonly type: 'call'; readonly call: number; readonly method: keyof ChatService; readonly args: readonly unknown[] };

type EventData = Omit<ServiceEvent, 'error'> & { readonly error?: SyncErrorData };

export type FromWorker =
  | { readonly type: 'answer'; readonly call: number; readonly outcome: Outcome<unknown> }
  | { readonly type: 'event'; readonly event: EventData };

type InPage = typeof globalThis & {
  askWorker: (request: ToWorker) => Promise<Outcome<unknown>>;
  onServiceEvent: (event: EventData) => Promise<void>;
};

/** Errors become SyncErrors again. */
function toServiceEvent(event: EventData): ServiceEvent {
  const { error } = event;
  return (error === undefined ? event : { ...event, error: SyncError.fromData(error) }) as ServiceEvent;
}

/** A ChatService in a worker, and what that worker wrote to its console. */
export interface RemoteService extends ChatService {
  consoleLines(): Promise<readonly string[]>;
}

/**
 * A ChatService that runs in a SharedWorker of the page and is driven from here.
 *
 * @param page Has loaded a document of the origin that serves `/worker.js`.
 */
export async function createRemoteService(page: Page, account: Account, options: EasemobOptions): Promise<RemoteService> {
  const listeners = new Set<(event: ServiceEvent) => void>();
  let calls = 0;

  await page.exposeFunction('onServiceEvent', (event: EventData) => {
    for (const listener of listeners) listener(toServiceEvent(event));
  });
  await page.evaluate(() => {
    const inPage = globalThis as InPage;
    const { port } = new SharedWorker('/worker.js', 'easemob-contract');
    const waiting = new Map<number, (outcome: Outcome<unknown>) => void>();
    port.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.type === 'event') void inPage.onServiceEvent(data.event);
      else waiting.get(data.call)?.(data.outcome);
    };
    inPage.askWorker = (request) =>
      new Promise((resolve) => {
        waiting.set(request.call, resolve);
        port.postMessage(request);
      });
  });

  async function ask(request: ToWorker): Promise<unknown> {
    const outcome = await page.evaluate((sent) => (globalThis as InPage).askWorker(sent), request);
    if (!outcome.ok) throw SyncError.fromData(outcome.error);
    return outcome.value;
  }

  const call =
    <M extends keyof ChatService>(method: M) =>
    (...args: readonly unknown[]) =>
      ask({ type: 'call', call: (calls += 1), method, args }) as never;

  await ask({ type: 'make', call: (calls += 1), account, options });
  return {
    connect: call('connect'),
    disconnect: call('disconnect'),
    renewToken: call('renewToken'),
    wake: () => void ask({ type: 'call', call: (calls += 1), method: 'wake', args: [] }),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    getConversations: call('getConversations'),
    getPinnedConversations: call('getPinnedConversations'),
    getOldConversationList: call('getOldConversationList'),
    getHistory: call('getHistory'),
    removeHistory: call('removeHistory'),
    deleteConversation: call('deleteConversation'),
    pinConversation: call('pinConversation'),
    markConversations: call('markConversations'),
    acknowledgeConversation: call('acknowledgeConversation'),
    recallMessage: call('recallMessage'),
    editMessage: call('editMessage'),
    reactToMessage: call('reactToMessage'),
    pinMessage: call('pinMessage'),
    acknowledgeMessage: call('acknowledgeMessage'),
    getMutedConversations: call('getMutedConversations'),
    send: call('send'),
    consoleLines: async () => (await ask({ type: 'console', call: (calls += 1) })) as readonly string[],
  };
}
