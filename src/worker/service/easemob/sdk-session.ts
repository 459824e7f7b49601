import type { SyncError } from '../../../protocol/errors.ts';
import type { ServiceEvent } from '../chat-service.ts';
import { type Calls, createCalls } from './calls.ts';
import { createEvents } from './events.ts';
import { mapError, offlineError } from './map-error.ts';
import type { CreateSdk, SdkConnection, SdkHandlers, SdkOptions } from './sdk-types.ts';

/** The name of our handlers in the SDK. */
const HANDLERS = 'moorage';

/** Numbers with which the service refuses a login for good. While it reconnects, the SDK would try on for ever. */
const LOGIN_REFUSALS: ReadonlySet<unknown> = new Set([-3, 2, 28, 50, 56, 57, 204, 214]);

const TOKEN_EXPIRED = { type: 56, message: 'token expired' };

export type SdkSessionOptions = {
  readonly createSdk: CreateSdk;
  readonly sdkOptions: SdkOptions;
  readonly userId: string;
  readonly emit: (event: ServiceEvent) => void;
};

/**
 * One login of one SDK instance, from `open` to its end. An instance is never opened twice: after a failure it can
 * refuse every later login ("Currently logging in", "already logged in").
 */
export interface SdkSession {
  /**
   * Logs in.
   *
   * @throws {SyncError} `unauthorized`, `kicked`, `refused`, `offline`, `timeout`; the session is over then.
   */
  open(token: string, timeoutMs: number): Promise<void>;
  /** Calls of the SDK; they reject with `offline` when the session is over. */
  run<T>(start: (sdk: SdkConnection) => Promise<unknown>, read: (answer: unknown) => T, timeoutMs: number): Promise<T>;
  /** Whether the socket is open now. While it is not, the SDK would keep a message and send it at a time of its own. */
  isConnected(): boolean;
  renewToken(token: string, timeoutMs: number): Promise<void>;
  wake(): void;
  /** Ends it without an event. Idempotent. */
  close(): void;
}

type Phase = 'opening' | 'connected' | 'reconnecting' | 'over';

export function createSdkSession({ createSdk, sdkOptions, userId, emit }: SdkSessionOptions): SdkSession {
  const sdk = createSdk(sdkOptions);
  const calls: Calls = createCalls();
  let phase: Phase = 'opening';

  function isOver(): boolean {
    return phase === 'over';
  }

  /** Ends the session; `last` are the events that tell why, after the messages that still wait. */
  function end(error: SyncError, ...last: readonly ServiceEvent[]): void {
    if (isOver()) return;
    phase = 'over';
    events.flush();
    retire(sdk);
    calls.rejectAll(error);
    last.forEach(emit);
  }

  /** The service ended or refused the login: what the engine does next depends on why. */
  function onRefused(error: SyncError): void {
    if (error.code === 'kicked') return end(error, { type: 'ended', error });
    // While opening, the rejection of `open` says it.
    if (phase === 'opening') return;
    const expired: readonly ServiceEvent[] = error.code === 'unauthorized' ? [{ type: 'token-expired' }] : [];
    end(error, ...expired, { type: 'disconnected', willRetry: false, error });
  }

  /** The SDK closes after it has said why, and an instance that is retired is not heard any more: what it would say is said here. */
  function onFatal(error: SyncError, reason: unknown): void {
    const wasOpen = phase === 'connected' || phase === 'reconnecting';
    onRefused(error);
    if (wasOpen) queueMicrotask(() => emit({ type: 'notice', notice: { name: 'onDisconnected', data: reason } }));
  }

  const connection: SdkHandlers = {
    onConnected: () => {
      // A frame lost with the last socket leaves its queue in here, and later notices of it are not acted on.
      sdk._queues = [];
      quieten(sdk);
      phase = 'connected';
      emit({ type: 'connected' });
    },
    onReconnecting: () => {
      if (phase !== 'connected') return;
      phase = 'reconnecting';
      events.flush();
      emit({ type: 'disconnected', willRetry: true, error: offlineError() });
    },
    onDisconnected: (reason) => onRefused(reason === undefined ? offlineError() : mapError(reason)),
    onTokenWillExpire: () => emit({ type: 'token-expiring' }),
    onTokenExpired: () => onFatal(mapError(TOKEN_EXPIRED), TOKEN_EXPIRED),
    onError: (error) => {
      const mapped = mapError(error);
      const isRefusal = LOGIN_REFUSALS.has(mapped.details['serviceCode']) && phase === 'reconnecting';
      if (isRefusal || mapped.code === 'kicked') onFatal(mapped, error);
    },
  };
  const events = createEvents({ userId, cache: () => sdk._load_msg_cache, connection, emit });
  quieten(sdk);
  handleRejections(sdk);
  sdk.addEventHandler(HANDLERS, events.handlers);

  return {
    open: async (token, timeoutMs) => {
      try {
        await calls.run(() => sdk.open({ username: userId, accessToken: token }), () => undefined, timeoutMs);
      } catch (error) {
        const mapped = mapError(error);
        end(mapped);
        throw mapped;
      }
    },
    run: (start, read, timeoutMs) => (isOver() ? Promise.reject(offlineError()) : calls.run(() => start(sdk), read, timeoutMs)),
    isConnected: () => phase === 'connected' && sdk.isOpened(),
    renewToken: async (token, timeoutMs) => {
      if (isOver()) throw offlineError();
      if (sdk.isOpened()) {
        await calls.run(() => sdk.renewToken(token), () => undefined, timeoutMs);
        return;
      }
      // The SDK renews nothing while the socket is down and would log in again with the old token.
      sdk.token = token;
      sdk.context.accessToken = token;
      sdk.clearTokenTimeout();
    },
    wake: () => {
      if (phase === 'connected') sdk.onShow();
      if (phase !== 'reconnecting') return;
      sdk.times = 1;
      sdk.reconnect();
    },
    close: () => end(offlineError()),
  };
}

/**
 * Switches log and usage data off. Again after each login: the service's own address list can switch the latter on.
 * The first instance of a worker has written two lines by then (its version): the log is on when it is constructed.
 */
function quieten(sdk: SdkConnection): void {
  // Of a log that is only not shown several lines are made for each message.
  sdk.logger.setLevel('SILENT', false);
  sdk.dataReport.setIsCollectDt(false);
  sdk.dataReport.setIsReportDt(false);
}

/**
 * The SDK looks at nobody's promise when it reconnects: each failed attempt would be an unhandled rejection, which
 * error monitors count. Removal: when it handles them (checked with 4.21.1).
 */
function handleRejections(sdk: SdkConnection): void {
  const connectMSync = sdk.connectMSync.bind(sdk);
  sdk.connectMSync = (...args) => {
    const attempt = connectMSync(...args);
    attempt.catch(() => undefined);
    return attempt;
  };
}

/**
 * Makes sure that nothing is heard of an instance again. `close()` leaves a reconnect timer running that would log in
 * once more, as a second device. Removal: when `close()` stops it (checked with 4.21.1).
 */
function retire(sdk: SdkConnection): void {
  sdk.removeEventHandler(HANDLERS);
  sdk.reconnect = () => undefined;
  sdk.connectMSync = () => Promise.resolve();
  try {
    sdk.close();
  } catch {
    // It was not open: there is nothing to close.
  }
}
