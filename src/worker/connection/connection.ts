import { SyncError } from '../../protocol/errors.ts';
import type { CancelTimer, Environment } from '../environment.ts';
import type { ChatService, ServiceEvent } from '../service/chat-service.ts';

/** What the service tells of the connection itself. */
export type ConnectionEvent = Extract<ServiceEvent, { readonly type: 'connected' | 'disconnected' | 'ended' | 'token-expiring' | 'token-expired' }>;

/** How the connection stands. */
export type ConnectionFacts = {
  /**
   * - `waiting`: not connected; the next attempt comes later, or at a wake.
   * - `retrying`: not connected; the service reconnects by itself.
   * - `ended`: the login is over.
   */
  readonly phase: 'idle' | 'connecting' | 'connected' | 'waiting' | 'retrying' | 'ended';
  /** Attempts that failed since the last connection. */
  readonly failures: number;
  /** When the last connection was lost, ms since 1970; null when there never was one. */
  readonly lostAt: number | null;
  /** Why the last attempt failed, or the login ended. */
  readonly error: SyncError | null;
};

/**
 * How often it is looked whether the machine has slept: a timer that comes later than this too late says so. Unit: ms. More
 * often only costs; more seldom, and what happened meanwhile is shown later.
 */
const SLEEP_CHECK_MS = 60_000;

/** Keeps the account connected. */
export interface Connection {
  /** Connects, and goes on trying for ever. After the login has ended, it is one new login. */
  start(): void;
  /** The network came back or a tab became visible: no more waiting, also after an attempt that is under way, and a sleeping connection is checked. */
  wake(): void;
  handle(event: ConnectionEvent): void;
  facts(): ConnectionFacts;
  /** Resolves when no attempt is under way, whatever became of it; at once when there is none. */
  attempted(): Promise<void>;
  /** Stops, and disconnects from the service. Idempotent. */
  close(): Promise<void>;
}

/**
 * @param options.getToken Asked before each attempt to connect, and for renewals.
 * @param options.onConnected A connection was made, again or for the first time.
 * @param options.onLost There is no connection any more.
 * @param options.onChange Called whenever {@link Connection.facts} may have changed.
 */
export function createConnection(options: {
  readonly service: Pick<ChatService, 'connect' | 'disconnect' | 'renewToken' | 'wake'>;
  readonly deviceId: string;
  readonly environment: Pick<Environment, 'now' | 'setTimer'>;
  readonly getToken: () => Promise<string>;
  readonly retryDelayMs: (attempt: number, failure: SyncError) => number;
  readonly onConnected: () => void;
  readonly onLost: () => void;
  readonly onChange: () => void;
}): Connection {
  const { service, environment } = options;
  let facts: ConnectionFacts = { phase: 'idle', failures: 0, lostAt: null, error: null };
  let cancelTimer: CancelTimer = () => undefined;
  let cancelCheck: CancelTimer = () => undefined;
  let attempt = 0;
  let isClosed = false;
  /** The network came back during an attempt, which may have begun too early. */
  let isWoken = false;
  let waiters: readonly (() => void)[] = [];

  const isTrying = (): boolean => !isClosed && (facts.phase === 'connecting' || facts.phase === 'idle');

  const tellWaiters = (): void => {
    if (isTrying()) return;
    for (const tell of waiters) tell();
    waiters = [];
  };

  const change = (changes: Partial<ConnectionFacts>): void => {
    facts = { ...facts, ...changes };
    options.onChange();
    tellWaiters();
  };

  const connected = (): void => {
    if (isClosed || facts.phase === 'connected') return;
    cancelTimer();
    isWoken = false;
    attempt += 1;
    change({ phase: 'connected', failures: 0, error: null });
    options.onConnected();
  };

  const lost = (phase: 'waiting' | 'retrying' | 'ended', error: SyncError): void => {
    const wasConnected = facts.phase === 'connected';
    attempt += 1;
    cancelTimer();
    change({ phase, error, failures: facts.failures + 1, lostAt: wasConnected ? environment.now() : facts.lostAt });
    if (wasConnected) options.onLost();
    if (phase === 'waiting') cancelTimer = environment.setTimer(() => void connect(), isWoken ? 0 : options.retryDelayMs(facts.failures, error));
  };

  const connect = async (): Promise<void> => {
    cancelTimer();
    isWoken = false;
    attempt += 1;
    const mine = attempt;
    change({ phase: 'connecting' });
    try {
      const token = await options.getToken();
      if (attempt !== mine || isClosed) return;
      await service.connect({ token, deviceId: options.deviceId });
      if (attempt === mine) connected();
    } catch (cause) {
      if (attempt !== mine || isClosed) return;
      const error = SyncError.from(cause);
      lost(error.code === 'kicked' ? 'ended' : 'waiting', error);
    }
  };

  const renew = async (): Promise<void> => {
    try {
      await service.renewToken(await options.getToken());
    } catch {
      // The service will say that the token is dead, and the next connection asks for another one.
    }
  };

  const wake = (): void => {
    if (isClosed) return;
    isWoken = facts.phase === 'connecting';
    if (facts.phase === 'waiting') void connect();
    else if (facts.phase === 'connected' || facts.phase === 'retrying') service.wake();
  };

  /** After a sleep nothing is known of what was told meanwhile: it is as if the connection were a new one. */
  const checkSleep = (): void => {
    const dueAt = environment.now() + SLEEP_CHECK_MS;
    cancelCheck = environment.setTimer(() => {
      checkSleep();
      if (environment.now() - dueAt < SLEEP_CHECK_MS) return;
      wake();
      if (facts.phase !== 'connected') return;
      options.onLost();
      options.onConnected();
    }, SLEEP_CHECK_MS);
  };
  checkSleep();

  return {
    start() {
      if (!isClosed && (facts.phase === 'idle' || facts.phase === 'ended')) void connect();
    },
    wake,
    handle(event) {
      if (isClosed) return;
      switch (event.type) {
        case 'connected':
          return connected();
        case 'disconnected':
          // The first attempt's own failure is told by its promise.
          if (facts.phase === 'connected' || facts.phase === 'retrying') lost(event.willRetry ? 'retrying' : 'waiting', event.error);
          return;
        case 'ended':
          return lost('ended', event.error);
        case 'token-expiring':
        case 'token-expired':
          return void renew();
      }
    },
    facts: () => facts,
    attempted: () =>
      new Promise((resolve) => {
        waiters = [...waiters, resolve];
        tellWaiters();
      }),
    async close() {
      if (isClosed) return;
      isClosed = true;
      cancelTimer();
      cancelCheck();
      tellWaiters();
      await service.disconnect().catch(() => undefined);
    },
  };
}
