import { SyncError } from '../../protocol/errors.ts';
import type { CancelTimer, Environment } from '../environment.ts';

/** How it ended: with the service's answer, with a refusal, or without a word. */
export type Ending = SyncError | { readonly answer?: unknown };

/** Callers that wait for what becomes of something in the outbox. */
export interface Waiters {
  /** Resolves with the answer, or rejects with the refusal; resolves with undefined when it ends without a word, or takes too long. */
  wait(clientId: string): Promise<unknown>;
  isWaiting(clientId: string): boolean;
  /** Ends one as the other ends; without a word where nobody waits for that. */
  follow(clientId: string, other: string): void;
  /** Tells whoever waits; nothing happens when nobody does. */
  settle(clientId: string, ending: Ending): void;
  settleAll(ending: Ending): void;
}

/** @param options.patienceMs How long one waits at most. */
export function createWaiters(options: { readonly environment: Pick<Environment, 'setTimer'>; readonly patienceMs: number }): Waiters {
  const waiting = new Map<string, { readonly end: (ending: Ending) => void; readonly cancel: CancelTimer }>();

  const settle = (clientId: string, ending: Ending): void => {
    const waiter = waiting.get(clientId);
    waiting.delete(clientId);
    waiter?.cancel();
    waiter?.end(ending);
  };

  return {
    wait: (clientId) =>
      new Promise((resolve, reject) => {
        const end = (ending: Ending): void => (ending instanceof SyncError ? reject(ending) : resolve(ending.answer));
        waiting.set(clientId, { end, cancel: options.environment.setTimer(() => settle(clientId, {}), options.patienceMs) });
      }),
    isWaiting: (clientId) => waiting.has(clientId),
    follow(clientId, other) {
      const waiter = waiting.get(other);
      if (waiter === undefined) return settle(clientId, {});
      const end = (ending: Ending): void => {
        waiter.end(ending);
        settle(clientId, ending);
      };
      waiting.set(other, { ...waiter, end });
    },
    settle,
    settleAll: (ending) => [...waiting.keys()].forEach((clientId) => settle(clientId, ending)),
  };
}
