import { type SyncError } from '../../protocol/errors.ts';
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

/** The pause after a first failed attempt, doubled by each further one, up to the longest. Unit: ms. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Connects, and keeps connected until closed (TB4).
 *
 * - A worker that dies is replaced after the environment's `mourningMs`; failed attempts follow each other with growing, jittered pauses.
 * - A refusal that cannot change, such as another build's protocol, is final: nothing loops (TB6).
 *
 * @returns After the first welcome.
 * @throws {SyncError} why the first attempt failed
 */
export async function createConnection(options: OpenWorkerOptions, user: ConnectionUser): Promise<Connection> {
  const { environment } = options;
  let worker: OpenWorker | undefined;
  let isOpening = false;
  let isClosed = false;
  let pauseMs = FIRST_PAUSE_MS;
  let cancelRetry: CancelTimer | undefined;

  const open = async (): Promise<void> => {
    isOpening = true;
    try {
      const opened = await openWorker(options);
      if (isClosed) return opened.close();
      worker = opened;
      pauseMs = FIRST_PAUSE_MS;
      user.attach(opened);
      // Of a worker that was left this is no news.
      void opened.lost.then(() => {
        if (opened !== worker) return;
        if (!environment.mourningMs) return renew();
        leave();
        cancelRetry = environment.setTimer(renew, environment.mourningMs);
      });
    } finally {
      isOpening = false;
    }
  };

  const leave = (): void => {
    cancelRetry?.();
    user.detach();
    worker?.close();
    worker = undefined;
  };

  const renew = (): void => {
    if (isClosed || isOpening) return;
    leave();
    open().catch((error: SyncError) => {
      if (isClosed) return;
      const isFinal = !error.retryable && error.code !== 'fenced';
      if (!isFinal) cancelRetry = environment.setTimer(renew, pauseMs * (0.5 + environment.random() / 2));
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
      user.fail(error, isFinal);
    });
  };

  await open();
  return {
    renew,
    wake: () => worker ?? renew(),
    close() {
      isClosed = true;
      leave();
    },
  };
}
