import type { HttpOutcome } from './map-error.ts';

/** The requests that one call of the SDK made. */
export interface WatchedRequests {
  /** How the last of them ended, or undefined while it runs or when there was none. */
  outcome(): HttpOutcome | undefined;
  /** Calls back once, when all requests have ended. Never, if there was none. */
  onEnd(callback: () => void): void;
}

/** @returns ms to wait, from seconds or a date, or undefined when the text is neither. */
export function parseRetryAfter(text: string | null, now: number): number | undefined {
  if (text === null || text.trim() === '') return undefined;
  const seconds = Number(text);
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - now;
  return Number.isFinite(waitMs) ? Math.max(0, Math.round(waitMs)) : undefined;
}

/** @returns How a request ended. */
export function outcomeOf(request: XMLHttpRequest): HttpOutcome {
  const { status } = request;
  // Asked for only where it is expected: a browser logs an error when the service does not show the header to scripts.
  const header = status === 429 || status === 503 ? request.getResponseHeader('Retry-After') : null;
  const retryAfterMs = parseRetryAfter(header, Date.now());
  return { status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/**
 * Runs a call of the SDK and watches the requests it makes before it returns.
 *
 * The SDK's errors do not say the HTTP status, and an answer it cannot read (a proxy's HTML, status 406, one
 * undecodable message of history) leaves its promise pending for ever. The SDK makes its request in the same tick, so
 * for that tick `XMLHttpRequest` is one that takes note. Removal: when every SDK call settles and its errors carry
 * status and `Retry-After` (checked with 4.21.1).
 *
 * @throws What `start` throws.
 */
export function watchRequests<T>(start: () => T): { readonly result: T; readonly requests: WatchedRequests } {
  const made: XMLHttpRequest[] = [];
  const original = globalThis.XMLHttpRequest as typeof XMLHttpRequest | undefined;
  if (original === undefined) return { result: start(), requests: watched(made) };
  globalThis.XMLHttpRequest = new Proxy(original, {
    construct: (target) => {
      const request = new target();
      made.push(request);
      return request;
    },
  });
  try {
    return { result: start(), requests: watched(made) };
  } finally {
    globalThis.XMLHttpRequest = original;
  }
}

function watched(made: readonly XMLHttpRequest[]): WatchedRequests {
  const hasEnded = (): boolean => made.length > 0 && made.every((request) => request.readyState === 4);
  return {
    outcome: () => {
      const last = made.at(-1);
      return last !== undefined && hasEnded() ? outcomeOf(last) : undefined;
    },
    onEnd: (callback) => {
      let isCalled = false;
      const check = (): void => {
        if (isCalled || !hasEnded()) return;
        isCalled = true;
        callback();
      };
      for (const request of made) request.addEventListener('loadend', check);
    },
  };
}
