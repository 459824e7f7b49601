import { SyncError } from '../../protocol/errors.ts';
import type { Environment } from '../environment.ts';
import { askedWaitMs, tooEarly, waitLeftMs, type Refusal } from '../refusal.ts';

/** Lets only so many requests for history be under way at a time, and none while the service wants to be left alone. */
export interface RequestGate {
  /**
   * Runs a request as soon as there is room; those who came first go first.
   *
   * @throws {SyncError} `rate-limited` with the rest of the wait, without asking, while a refusal holds; what the request rejects with
   */
  run<T>(request: () => Promise<T>): Promise<T>;
  /** Requests that would run at once. */
  free(): number;
  /** How long a refusal of the service still holds; 0 when none does. Unit: ms. */
  waitMs(): number;
}

/** @param options.onFree Called whenever there is room again and nobody waits for it. */
export function createRequestGate(options: {
  readonly limit: number;
  readonly environment: Pick<Environment, 'now'>;
  readonly onFree: () => void;
}): RequestGate {
  const { limit, environment } = options;
  const waiting: (() => void)[] = [];
  let active = 0;
  let refusal: Refusal = { at: 0, forMs: 0 };

  const waitMs = (): number => waitLeftMs(refusal, environment.now());

  return {
    free: () => (waiting.length > 0 || waitMs() > 0 ? 0 : limit - active),
    waitMs,
    async run(request) {
      if (active < limit) active += 1;
      // Who leaves hands over the place, so that nobody slips in between.
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        const retryAfterMs = waitMs();
        if (retryAfterMs > 0) throw tooEarly(retryAfterMs);
        return await request();
      } catch (cause) {
        const forMs = askedWaitMs(SyncError.from(cause));
        if (forMs !== undefined) refusal = { at: environment.now(), forMs };
        throw cause;
      } finally {
        const next = waiting.shift();
        if (next !== undefined) next();
        else {
          active -= 1;
          options.onFree();
        }
      }
    },
  };
}
