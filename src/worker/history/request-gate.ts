import { SyncError } from '../../protocol/errors.ts';
import type { Environment } from '../environment.ts';

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
  let refusal = { until: 0, asked: 0 };

  const waitMs = (): number => {
    const left = refusal.until - environment.now();
    // More than was asked for: the clock was set back, which must not lock the gate.
    return left > refusal.asked ? 0 : Math.max(left, 0);
  };

  return {
    free: () => (waiting.length > 0 || waitMs() > 0 ? 0 : limit - active),
    waitMs,
    async run(request) {
      if (active < limit) active += 1;
      // Who leaves hands over the place, so that nobody slips in between.
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        const retryAfterMs = waitMs();
        if (retryAfterMs > 0) throw new SyncError('rate-limited', 'the service asked to wait', { details: { retryAfterMs } });
        return await request();
      } catch (cause) {
        const asked = cause instanceof SyncError ? cause.details['retryAfterMs'] : undefined;
        if (typeof asked === 'number') refusal = { until: environment.now() + asked, asked };
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
