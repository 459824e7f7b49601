import { expect, test } from 'vitest';
import type { Account } from '../../../src/protocol/model.ts';
import { takeFile } from '../../../src/worker/calls/take-file.ts';
import { openWorld } from './open-world.ts';
import { openRawTab } from './raw-tab.ts';
import { bob } from './watch.ts';

const MOST = 1_000;
const data = new Blob(['cargo']);

/** A file that was there when it was chosen, and has been moved since. */
const gone = Object.assign(new Blob(['gone']), {
  slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('moved', 'NotReadableError')) }),
});

const refusals = [
  ['no file at all', {}, { parameter: 'file' }],
  ['a file that is none', { file: 'text' }, { parameter: 'file' }],
  ['a file and the address of one', { file: { data }, url: 'https://files.example/1' }, { parameter: 'file' }],
  ['a text with a file', { type: 'txt', msg: 'hi', file: { data } }, { parameter: 'file' }],
  ['data that are none', { file: { data: 'cargo' } }, { parameter: 'file.data' }],
  ['an empty file', { file: { data: new Blob([]) } }, { parameter: 'file.data' }],
  ['one byte too much', { file: { data: new Blob(['x'.repeat(MOST + 1)]) } }, { parameter: 'file.data', maxBytes: MOST, sizeBytes: MOST + 1 }],
  ['a name that is none', { file: { data, filename: 7 } }, { parameter: 'file.filename' }],
  ['a type that is none', { file: { data, filetype: 7 } }, { parameter: 'file.filetype' }],
] as const;

test.each(refusals)('[ER2] %s is refused before anything is stored or uploaded', async (_what, fields, details) => {
  const world = openWorld({ engine: { maxFileBytes: MOST } });
  const tab = await openRawTab(world);
  await world.until(() => world.server.connections('alice').length === 1);
  await world.settle();
  const record = world.disk.record();
  expect(await tab.call('send', { conversation: bob, type: 'file', ...fields })).toMatchObject({ ok: false, error: { code: 'invalid-argument', details } });
  await world.settle();
  expect(record.requests.filter((name) => name.startsWith('outbox.'))).toEqual([]);
  expect([world.server.faults.count('uploadFile'), world.server.faults.count('send')]).toEqual([0, 0]);
});

test('[ER2] a file just as large as it may be is taken, and so is the address of one that is uploaded', async () => {
  const world = openWorld({ engine: { maxFileBytes: MOST } });
  const tab = await openRawTab(world);
  const file = { data: new Blob(['x'.repeat(MOST)], { type: 'text/plain' }) };
  const calls: readonly object[] = [{ file }, { url: 'https://files.example/1' }];
  for (const fields of calls) expect(await tab.call('send', { conversation: bob, type: 'file', ...fields })).toMatchObject({ ok: true });
  await world.until(() => world.server.history('alice', bob).length === 2);
  expect(world.server.history('alice', bob)[0]).toMatchObject({ filetype: 'text/plain', file_length: MOST });
  expect(world.server.faults.count('uploadFile')).toBe(1);
});

test('[ER2] a file that cannot be read any more is refused, not stored', async () => {
  const message = { type: 'file', file: { data: gone } };
  await expect(takeFile(message, { maxFileBytes: MOST })).rejects.toMatchObject({ code: 'invalid-argument', details: { parameter: 'file.data' } });
});

test('[ER2] a service that takes no files: one is refused, not stored; the address of one is taken', async () => {
  const world = openWorld();
  const { factory } = world.service;
  Object.assign(world.service, {
    factory: (account: Account) => {
      const { uploadFile: _none, ...service } = factory(account);
      return service;
    },
  });
  const tab = await openRawTab(world);
  const details = { parameter: 'file.data', maxBytes: 0 };
  expect(await tab.call('send', { conversation: bob, type: 'file', file: { data } })).toMatchObject({ ok: false, error: { code: 'invalid-argument', details } });
  expect(await tab.call('send', { conversation: bob, type: 'file', url: 'https://files.example/1' })).toMatchObject({ ok: true });
});
