import { SyncError } from '../../protocol/errors.ts';
import { isName } from '../../protocol/take.ts';
import type { CancelTimer, Environment } from '../environment.ts';
import type { EngineOptions } from '../options.ts';

/** Gets tokens from the tabs: the application's server gives them to a page, never to storage (ER4). */
export interface TokenSource {
  /**
   * Asks one living tab, then another when it fails, is silent for too long or dies.
   *
   * - Everyone who asks at the same time gets the same token.
   * - While there is no tab, it waits for one.
   *
   * @throws {SyncError} `unauthorized` when every tab was asked and none gave a token; `closed`
   */
  get(): Promise<string>;
  tabJoined(tabId: string): void;
  tabLeft(tabId: string): void;
  /** An answer of a tab, unchecked; null when it could not give a token. Answers to requests long over are ignored. */
  answer(tabId: string, request: number, token: unknown): void;
  close(): void;
}

type Pending = {
  readonly promise: Promise<string>;
  readonly resolve: (token: string) => void;
  readonly reject: (error: SyncError) => void;
  readonly asked: Set<string>;
};

/** @param options.ask Asks a tab; its answer comes back through {@link TokenSource.answer}. */
export function createTokenSource(options: {
  readonly environment: Pick<Environment, 'setTimer'>;
  readonly settings: Pick<EngineOptions, 'tokenTimeoutMs'>;
  readonly ask: (tabId: string, request: number) => void;
}): TokenSource {
  const tabs = new Set<string>();
  let pending: Pending | undefined;
  let current: { readonly tabId: string; readonly request: number } | undefined;
  let requests = 0;
  let cancelTimer: CancelTimer = () => undefined;

  const settle = (act: (open: Pending) => void): void => {
    const open = pending;
    cancelTimer();
    pending = undefined;
    current = undefined;
    if (open !== undefined) act(open);
  };

  const askNext = (): void => {
    cancelTimer();
    current = undefined;
    if (pending === undefined || tabs.size === 0) return;
    const { asked } = pending;
    const tabId = [...tabs].find((id) => !asked.has(id));
    if (tabId === undefined) {
      settle(({ reject }) => reject(new SyncError('unauthorized', 'no tab gave a token', { retryable: true })));
      return;
    }
    asked.add(tabId);
    requests += 1;
    current = { tabId, request: requests };
    cancelTimer = options.environment.setTimer(askNext, options.settings.tokenTimeoutMs);
    options.ask(tabId, requests);
  };

  return {
    get() {
      if (pending !== undefined) return pending.promise;
      const { promise, resolve, reject } = deferred();
      pending = { promise, resolve, reject, asked: new Set() };
      askNext();
      return promise;
    },
    tabJoined(tabId) {
      tabs.add(tabId);
      if (pending !== undefined && current === undefined) askNext();
    },
    tabLeft(tabId) {
      tabs.delete(tabId);
      if (current?.tabId === tabId) askNext();
    },
    answer(tabId, request, token) {
      if (current?.tabId !== tabId || current.request !== request) return;
      if (isName(token)) settle(({ resolve }) => resolve(token));
      else askNext();
    },
    close() {
      tabs.clear();
      settle(({ reject }) => reject(new SyncError('closed', 'the engine was closed')));
    },
  };
}

function deferred(): { promise: Promise<string>; resolve: (token: string) => void; reject: (error: SyncError) => void } {
  let resolve: (token: string) => void = () => undefined;
  let reject: (error: SyncError) => void = () => undefined;
  const promise = new Promise<string>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
