import { SyncError } from '../../protocol/errors.ts';
import type { CancelTimer } from '../environment.ts';
import { openWorker, type OpenWorker, type OpenWorkerOptions } from './open-worker.ts';

/** Whoever talks through the ports of the worker that is there now. */
export interface ConnectionUser {
  attach(worker: OpenWorker): void;
  /** The worker is lost. The ports still work where it lives on. */
  detach(): void;
  /** An attempt to get a worker failed. More follow, unless `isFinal`. */
  fail(error: SyncError, isFinal: boolean): void;
}

/** A tab's connection to the engine, across the deaths of workers. */
export interface Connection {
  /** Says hello anew, to make sure that the worker lives and knows this tab. Nothing happens while that is under way. */
  renew(): void;
  /** Ends the pause between two attempts, if there is one now. */
  wake(): void;
  /** Idempotent. */
  close(): void;
}

/** The first pause after a failed attempt, the longest one, and what each failure multiplies it with. Unit: ms. */
const RETRY = { firstMs: 250, maxMs: 10_000, factor: 2 };

/**
 * Connects, and keeps connected until closed (TB4).
 *
 * - A worker that dies is replaced at once; failed attempts follow each other with growing, jittered pauses, cut short
 *   when the page is shown or comes online.
 * - A refusal that cannot change, such as another build's protocol, is final: nothing loops (TB6).
 *
 * @returns After the first welcome.
 * @throws {SyncError} why the first attempt failed
 */
export async function createConnection(options: OpenWorkerOptions & { readonly user: ConnectionUser }): Promise<Connection> {
  const { environment, user } = options;
  let worker: OpenWorker | undefined;
  let isOpening = false;
  let isClosed = false;
  let failures = 0;
  let cancelRetry: CancelTimer = () => undefined;

  const open = async (): Promise<void> => {
    isOpening = true;
    let isLost = false;
    let isCurrent = false;
    const onLost = (): void => {
      isLost = true;
      if (isCurrent) renew();
    };
    try {
      const opened = await openWorker({ ...options, onLost });
      if (isClosed) return opened.close();
      worker = {
        ...opened,
        close: () => {
          isCurrent = false;
          opened.close();
        },
      };
      failures = 0;
      user.attach(worker);
    } finally {
      isOpening = false;
    }
    if (isLost) renew();
    else isCurrent = true;
  };

  const reopen = (): void => {
    cancelRetry();
    open().catch((error: unknown) => {
      const reason = SyncError.from(error);
      if (isClosed) return;
      const isFinal = !reason.retryable && reason.code !== 'fenced';
      user.fail(reason, isFinal);
      if (isFinal) return close();
      const pauseMs = Math.min(RETRY.maxMs, RETRY.firstMs * RETRY.factor ** failures++);
      cancelRetry = environment.setTimer(reopen, pauseMs * (0.5 + environment.random() / 2));
    });
  };

  const renew = (): void => {
    if (isClosed || isOpening) return;
    if (worker !== undefined) {
      user.detach();
      worker.close();
      worker = undefined;
    }
    reopen();
  };

  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    cancelRetry();
    user.detach();
    worker?.close();
  };

  await open();
  return {
    renew,
    wake: () => {
      if (worker === undefined) renew();
    },
    close,
  };
}
