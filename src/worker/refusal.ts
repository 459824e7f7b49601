import { SyncError } from '../protocol/errors.ts';

/** When the service said "later", and for how long. Unit: ms, local clock. */
export type Refusal = { readonly at: number; readonly forMs: number };

/** @returns How long a failure asks to wait, ms; undefined when it does not say. */
export function askedWaitMs(failure: SyncError | null | undefined): number | undefined {
  const asked = failure?.details['retryAfterMs'];
  return typeof asked === 'number' ? asked : undefined;
}

/** @returns How long a wait still holds, ms. One that began later than now holds no more: a clock that was set back must not lock anything up. */
export function waitLeftMs({ at, forMs }: Refusal, now: number): number {
  return now < at ? 0 : Math.max(0, at + forMs - now);
}

/** @returns The error of whoever asks too early. */
export function tooEarly(retryAfterMs: number): SyncError {
  return new SyncError('rate-limited', 'not yet', { details: { retryAfterMs } });
}
