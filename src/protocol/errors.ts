/**
 * Every way a promise of Moorage can be rejected.
 *
 * - `invalid-argument`: bad input, refused before anything was stored or sent; `details.parameter` names it (ER2).
 * - `offline`: there is no connection to the service now.
 * - `timeout`: no answer in time; whether the service acted is unknown.
 * - `rate-limited`: the service said "later"; `details.retryAfterMs` when it said how much later.
 * - `refused`: the service said no and will say so again; `details.reason` and `details.serviceCode` as it named them.
 * - `unauthorized`: the token was refused, or no tab could give one.
 * - `kicked`: another device, an administrator or a password change ended the login.
 * - `bad-response`: the service's answer could not be used; nothing of it was stored (ER3).
 * - `service-failed`: the service failed in another way; trying again can help.
 * - `unsupported`: the service, or the browser, has no such ability.
 * - `cursor-expired`: the cursor is no longer the stored one; read again from where things stand.
 * - `not-found`: there is no such conversation or message here.
 * - `storage-full`, `storage-unavailable`, `storage-failed`: the database is full, cannot be had, or failed.
 * - `fenced`: another engine owns the account's database now; this one has stopped writing (TB1).
 * - `worker-lost`: the worker died or was replaced before it answered.
 * - `worker-unavailable`: no worker host answered the handshake in time.
 * - `protocol-mismatch`: tab and worker come from builds that do not understand each other.
 * - `account-mismatch`: the worker that answered serves another account.
 * - `closed`: the connection was closed by the application.
 * - `internal`: a defect of Moorage.
 */
export type SyncErrorCode =
  | 'invalid-argument'
  | 'offline'
  | 'timeout'
  | 'rate-limited'
  | 'refused'
  | 'unauthorized'
  | 'kicked'
  | 'bad-response'
  | 'service-failed'
  | 'unsupported'
  | 'cursor-expired'
  | 'not-found'
  | 'storage-full'
  | 'storage-unavailable'
  | 'storage-failed'
  | 'fenced'
  | 'worker-lost'
  | 'worker-unavailable'
  | 'protocol-mismatch'
  | 'account-mismatch'
  | 'closed'
  | 'internal';

/** What an error may carry besides its message. Cloneable; never a token, never a message's body (ER4). */
export type SyncErrorDetails = { readonly [name: string]: string | number | boolean | null | readonly string[] };

/** A {@link SyncError} as data: what crosses the port (ER1). */
export type SyncErrorData = {
  readonly code: SyncErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly details: SyncErrorDetails;
};

const RETRYABLE: ReadonlySet<SyncErrorCode> = new Set([
  'offline',
  'timeout',
  'rate-limited',
  'service-failed',
  'bad-response',
  'cursor-expired',
  'storage-failed',
  'worker-lost',
  'worker-unavailable',
]);

/**
 * The one error class of Moorage (ER1). It crosses the port between worker and tab whole: code, message,
 * `retryable` and details are the same on both sides.
 */
export class SyncError extends Error {
  override readonly name = 'SyncError';
  declare readonly code: SyncErrorCode;
  /** Whether the same call, made again later, may succeed. */
  declare readonly retryable: boolean;
  declare readonly details: SyncErrorDetails;

  constructor(code: SyncErrorCode, message: string, options: { details?: SyncErrorDetails; cause?: unknown; retryable?: boolean } = {}) {
    super(message, options);
    this.code = code;
    this.retryable = options.retryable ?? RETRYABLE.has(code);
    this.details = options.details ?? {};
  }

  /** @returns The error as data, for the port. The cause stays behind: it may hold what must not leave the worker. */
  toData(): SyncErrorData {
    const { code, message, retryable, details } = this;
    return { code, message, retryable, details };
  }

  /** The inverse of {@link SyncError.toData}. */
  static fromData(data: SyncErrorData): SyncError {
    return new SyncError(data.code, data.message, data);
  }

  /** @returns The value itself when it is a SyncError, else an `internal` one with the value as its cause. */
  static from(value: unknown): SyncError {
    if (value instanceof SyncError) return value;
    const name = value instanceof Error ? value.name : typeof value;
    return new SyncError('internal', `unexpected ${name}`, { cause: value });
  }
}
