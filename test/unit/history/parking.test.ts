import { expect, test } from 'vitest';
import { conversationKey } from '../../../src/protocol/ids.ts';
import { SyncError } from '../../../src/protocol/errors.ts';
import { createFakeClock } from '../../../src/testing/fake-clock.ts';
import { createParking } from '../../../src/worker/history/parking.ts';

const bob = conversationKey({ conversationId: 'bob', conversationType: 'singleChat' });

function open() {
  const environment = createFakeClock();
  const parking = createParking({ environment, retryDelayMs: (attempt) => attempt * 1_000 });
  const park = (failure: SyncError | null): void => parking.park({ key: bob, cursor: '', rank: 'behind' }, failure);
  const waitMs = (): number => (parking.parked.get(bob)?.until ?? 0) - environment.now();
  return { parking, park, waitMs };
}

test.each(['timeout', 'storage-full', 'storage-failed'] as const)('[HB6] what could not be fetched or stored (%s) is asked for again, later each time, and holds up the background', (code) => {
  const { parking, park, waitMs } = open();
  park(new SyncError(code, 'trouble'));
  expect([waitMs(), parking.isOpen(), parking.trouble()?.code]).toEqual([1_000, false, code]);
  park(new SyncError(code, 'trouble'));
  expect(waitMs()).toBe(2_000);
  parking.clear();
  expect([parking.isOpen(), parking.trouble()]).toEqual([true, null]);
});

test('[HB6] a refusal is for its conversation alone, and for as long as the connection lasts', () => {
  const { parking, park, waitMs } = open();
  park(new SyncError('refused', 'no'));
  expect([waitMs(), parking.isOpen(), parking.trouble()]).toEqual([Infinity, true, null]);
});

test('[HB6] a page that is not all yet is waited for by its conversation alone', () => {
  const { parking, park, waitMs } = open();
  park(null);
  expect([waitMs(), parking.isOpen(), parking.trouble()]).toEqual([1_000, true, null]);
});
