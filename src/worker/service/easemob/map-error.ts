import { SyncError, type SyncErrorCode, type SyncErrorDetails } from '../../../protocol/errors.ts';
import { isFields } from './checked.ts';

/** How a request of the SDK ended, seen on the request itself: the SDK's errors do not say. */
export type HttpOutcome = {
  /** 0 when there was no answer. */
  readonly status: number;
  /** From the `Retry-After` header, where the service shows it to scripts. */
  readonly retryAfterMs?: number;
};

/** What a number of the SDK means to us. Numbers not named here are refusals: the service said no. */
const CODES: { readonly [serviceCode: number]: SyncErrorCode } = {
  [-4]: 'offline', // aborted
  [-2]: 'offline', // no answer, or a truncated one
  [-1]: 'timeout', // no answer within 15 s
  2: 'unauthorized',
  7: 'service-failed',
  8: 'service-failed',
  16: 'offline', // the socket could not be opened, or was lost
  17: 'service-failed', // any status the SDK does not know
  28: 'unauthorized', // no token, or a wrong one
  31: 'service-failed',
  32: 'offline',
  39: 'offline', // not logged in
  40: 'offline',
  52: 'unauthorized',
  56: 'unauthorized', // token expired
  206: 'kicked', // logged in on another device
  207: 'kicked', // user removed
  216: 'kicked', // password changed
  217: 'kicked', // by an administrator
  220: 'kicked', // the device was changed
  304: 'offline', // the service's address list could not be had
  500: 'rate-limited', // 429 or 503
  503: 'service-failed',
  509: 'rate-limited',
  510: 'timeout', // the socket was lost between a message and its acknowledgement: it may have arrived
  512: 'timeout', // no acknowledgement within 15 s
  604: 'service-failed',
  700: 'unauthorized',
  999: 'service-failed',
};

const CONNECTION_CODES: ReadonlySet<SyncErrorCode> = new Set(['offline', 'unauthorized', 'kicked']);

/** Names for the refusals a page may want to tell apart. The SDK's own text differs from place to place. */
const REASONS: { readonly [serviceCode: number]: string } = {
  50: 'limit-reached',
  57: 'service-disabled',
  204: 'user-not-found',
  206: 'other-device',
  207: 'user-removed',
  214: 'too-many-devices',
  216: 'password-changed',
  217: 'kicked-by-administrator',
  219: 'muted-by-administrator',
  220: 'device-changed',
  221: 'not-a-contact',
  501: 'illegal-content',
  504: 'recall-time-limit',
  505: 'not-enabled',
  506: 'not-allowed',
  507: 'muted',
  508: 'moderation',
  509: 'traffic-limit',
  511: 'message-too-large',
  602: 'not-in-group',
  603: 'blocked',
  605: 'group-not-found',
  608: 'group-disabled',
};

const TEXTS: { readonly [code in SyncErrorCode]?: string } = {
  offline: 'the service could not be reached',
  timeout: 'the service did not answer in time',
  'rate-limited': 'the service asks to slow down',
  unauthorized: 'the service refused the token',
  kicked: 'the service ended the login',
  'bad-response': "the service's answer is unusable",
  'service-failed': 'the service failed',
  refused: 'the service refused',
};

function codeOfStatus(status: number): SyncErrorCode | undefined {
  if (status === 401) return 'unauthorized';
  if (status === 429 || status === 503) return 'rate-limited';
  if (status === 408) return 'timeout';
  if (status >= 500) return 'service-failed';
  if (status >= 400) return 'refused';
  if (status > 200) return 'bad-response';
  return undefined;
}

/**
 * @returns The service's own short text, or undefined when what there is could be anything: a page of HTML, a body, or
 *   something long (ER4).
 */
function shortText(message: unknown): string | undefined {
  if (typeof message !== 'string') return undefined;
  const isPlain = message.length > 0 && message.length <= 120 && !/[<>{}\n]/.test(message);
  return isPlain ? message : undefined;
}

/** @returns The word by which a body of JSON names its error, `organization_application_not_found`, and nothing else of it (ER4). */
function errorName(body: unknown): string | undefined {
  try {
    const { error } = JSON.parse(String(body)) as { readonly error?: unknown };
    return typeof error === 'string' && /^[a-z_]{1,64}$/.test(error) ? error : undefined;
  } catch {
    return undefined;
  }
}

function syncError(code: SyncErrorCode, details: SyncErrorDetails): SyncError {
  return new SyncError(code, TEXTS[code] ?? code, { details });
}

/**
 * Turns whatever the SDK rejected or threw into a {@link SyncError}.
 *
 * - What HTTP said decides, where there was a request; else the SDK's number; else the kind of exception.
 * - `details.serviceCode` is the SDK's number, `details.reason` a short name or the service's own short text.
 * - Carries no response body, no token and no message (ER4).
 */
export function mapError(error: unknown, http?: HttpOutcome): SyncError {
  if (error instanceof SyncError) return error;
  const details: { [name: string]: string | number } = {};
  if (http !== undefined && http.status !== 0) details['httpStatus'] = http.status;
  if (http?.retryAfterMs !== undefined) details['retryAfterMs'] = http.retryAfterMs;
  const serviceCode = isFields(error) && typeof error['type'] === 'number' ? error['type'] : undefined;
  const byStatus = codeOfStatus(http?.status ?? 0);
  if (serviceCode === undefined) {
    // Its name alone: a browser puts a piece of the text it could not parse into the message.
    if (error instanceof Error) details['exception'] = error.name;
    return syncError(byStatus ?? codeOfException(error), details);
  }

  details['serviceCode'] = serviceCode;
  const { message, reason: why } = isFields(error) ? error : {};
  const reason = REASONS[serviceCode] ?? shortText(message ?? why) ?? errorName(message);
  if (reason !== undefined) details['reason'] = reason;
  return syncError(byStatus ?? CODES[serviceCode] ?? 'refused', details);
}

/** The SDK throws plain `Error`s for parameters it refuses; anything else fell over the service's answer. */
function codeOfException(error: unknown): SyncErrorCode {
  return error instanceof Error && /invalid parameter|is required/i.test(error.message) ? 'refused' : 'bad-response';
}

/** The answer came and the SDK's promise did not settle: HTML for JSON, an unknown status, an undecodable message. */
export function unsettledError(http: HttpOutcome): SyncError {
  const details = http.status === 0 ? {} : { httpStatus: http.status };
  const retry = http.retryAfterMs === undefined ? {} : { retryAfterMs: http.retryAfterMs };
  return syncError(codeOfStatus(http.status) ?? (http.status === 0 ? 'offline' : 'bad-response'), { ...details, ...retry });
}

/** There is no login to make the call with. */
export function offlineError(): SyncError {
  return syncError('offline', {});
}

/** @returns The error of something that had left: where it is the connection's it does not say whether the service took it. */
export function openError(error: SyncError): SyncError {
  return CONNECTION_CODES.has(error.code) ? syncError('timeout', { ...error.details, connection: error.code }) : error;
}

export function timeoutError(timeoutMs: number): SyncError {
  return syncError('timeout', { timeoutMs });
}
