import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCalls, type Calls } from '../../../src/worker/service/easemob/calls.ts';

/** A request as far as the adapter looks at one. */
class FakeRequest extends EventTarget {
  readyState = 1;
  status = 0;
  headers: { readonly [name: string]: string } = {};

  getResponseHeader(name: string): string | null {
    return this.headers[name] ?? null;
  }

  end(status: number, headers: { readonly [name: string]: string } = {}): void {
    Object.assign(this, { readyState: 4, status, headers });
    this.dispatchEvent(new Event('loadend'));
  }
}

let calls: Calls;
let made: FakeRequest[];

/** What the SDK does: a request in the same tick, and a promise. */
function sdkCall(promise: Promise<unknown>): () => Promise<unknown> {
  return () => {
    made.push(new XMLHttpRequest() as unknown as FakeRequest);
    return promise;
  };
}

const never = new Promise<never>(() => undefined);
const same = (answer: unknown): unknown => answer;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
  calls = createCalls();
  made = [];
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('calls', () => {
  test.each([
    [502, 'service-failed'],
    [406, 'refused'],
    [200, 'bad-response'],
    [0, 'offline'],
  ])('[TB3] an answer with status %i that leaves the promise pending ends the call as %s, long before the deadline', async (status, code) => {
    const outcome = expect(calls.run(sdkCall(never), same, 20_000)).rejects.toMatchObject({ code });
    made[0]?.end(status);
    await vi.advanceTimersByTimeAsync(1500);
    await outcome;
    expect(vi.getTimerCount()).toBe(0);
  });

  test('[SY5] Retry-After comes from the very request of the call, not of another', async () => {
    const waits = ['3', '8'].map((after, index) => {
      const outcome = calls.run(sdkCall(new Promise((_, reject) => setTimeout(() => reject(Object.assign(new Error('busy'), { type: 500 })), 10))), same, 20_000);
      made[index]?.end(429, { 'Retry-After': after });
      return outcome.catch((error: unknown) => error);
    });
    await vi.advanceTimersByTimeAsync(10);
    const errors = await Promise.all(waits);
    expect(errors).toMatchObject([{ details: { retryAfterMs: 3000 } }, { details: { retryAfterMs: 8000 } }]);
  });

  test('an answer in time settles the call, and the watching changes nothing', async () => {
    const run = calls.run(sdkCall(Promise.resolve('answer')), same, 20_000);
    made[0]?.end(200);
    await expect(run).resolves.toBe('answer');
    expect(globalThis.XMLHttpRequest).toBe(FakeRequest);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('what is thrown at once leaves XMLHttpRequest as it was', async () => {
    const run = calls.run(() => {
      throw new Error('Invalid parameter cursor');
    }, same, 20_000);
    await expect(run).rejects.toMatchObject({ code: 'refused' });
    expect(globalThis.XMLHttpRequest).toBe(FakeRequest);
  });
});
