import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../../scripts/steps.mjs';
import { eventually } from '../../support/proof/tab.ts';
import { askMoorage, askSdk, createFaceWorld, type FaceWorld } from './face-world.ts';
import type { Ended } from './contract.ts';
import { compareMessageTypes } from './message-types.ts';
import type { MethodCase, Seeded, Side } from './method-case.ts';
import { INTERNAL_CORE_METHODS, METHOD_CASES } from './method-cases.ts';
import { seedPeople } from './seed-people.ts';
import { renderTables, rowOf, type Row } from './methods-table.ts';

let world: FaceWorld;
let page: Page;
let seeded: Seeded;

beforeAll(async () => {
  world = await createFaceWorld({ seed: { accounts: ['alice', 'bob'], conversations: 0 } });
  const { emulator } = world;
  const chatType = 'singleChat';
  emulator.setGroup('g1', ['bob', 'alice']);
  const write = (from: string, to: string, text: string): string => emulator.write({ from, to, chatType, text }).id;
  for (const side of [0, 1]) for (const name of ['peer', 'old', 'local']) write(`${name}-${side}`, 'alice', 'hi');
  const profile = await world.newProfile();
  page = await world.open(profile, 'alice');
  await page.evaluate(() => window.face.connect());
  await world.openSdk(page, 'alice');
  const latest = (conversationId: string, id: string) => async (): Promise<void> => {
    const known = { ok: true, value: { data: { lastMessage: { id } } } };
    for (const ask of [askMoorage, askSdk]) expect(await ask(page, 'localCache.getLocalConversation', { conversationId, conversationType: 'singleChat' })).toMatchObject(known);
  };
  // The SDK's store loses what comes while it opens, and what comes several at once: first one that it may lose, then each when both know the one before.
  await eventually(async () => eventually(latest('warm-up', write('warm-up', 'alice', 'hi')), { timeoutMs: 3_000 }), { timeoutMs: 60_000 });
  const writeKnown = async (from: string, to: string, text: string): Promise<string> => {
    const id = write(from, to, text);
    await eventually(latest('bob', id));
    return id;
  };
  const own: string[] = [];
  const others: string[] = [];
  for (const n of [0, 1, 2, 3, 4, 5]) own.push(await writeKnown('alice', 'bob', `own ${n}`));
  for (const n of [0, 1, 2, 3, 4, 5]) others.push(await writeKnown('bob', 'alice', `other ${n}`));
  seeded = { own, others, ...(await seedPeople(world, page)) };
  emulator.react({ from: 'bob', messageId: others[4] ?? '', reaction: 'hi' });
  emulator.pinMessage({ from: 'bob', messageId: others[5] ?? '' });
  emulator.elsewhere('alice', { id: 'warm-up', chatType }).pin();
});
afterAll(() => world.close());

const nameOf = (plugin: string, method: string): string => (plugin === 'core' ? method : `${plugin}.${method}`);

/** What was not as the table says, all of it. */
const differences: unknown[] = [];

function note(expected: unknown, found: unknown): void {
  if (!isDeepStrictEqual(expected, found)) differences.push({ expected, found });
}

/** Asks both, and notes where they do not agree. */
async function compare(plugin: string, method: string): Promise<Row> {
  const given: MethodCase = METHOD_CASES[plugin]?.[method] ?? {};
  const name = nameOf(plugin, method);
  // Asked of just anything, what belongs to the login would end it.
  if (plugin === 'core' && METHOD_CASES['core']?.[method] === undefined) {
    note(name, 'in no list of this test');
    return rowOf(method, given);
  }
  if (given.notYet !== undefined || (plugin === 'core' && given.better !== undefined)) {
    const refused = await askMoorage(page, name, {});
    note([name, { ok: false, error: { name: 'SyncError', code: 'unsupported', details: { method: name } } }], [name, refused]);
    return rowOf(method, given);
  }
  const { before, done, same, args = () => [] } = given;
  const act = async (side: Side): Promise<Ended> => {
    await before?.(side, world.emulator);
    const undone = done?.(side, world.emulator);
    const ended = await (side === 0 ? askSdk : askMoorage)(page, name, ...args(side, seeded));
    if (done !== undefined) note([name, side, { before: false, after: true }], [name, side, { before: undone, after: done(side, world.emulator) }]);
    return ended;
  };
  const sdk = await act(0);
  const moorage = await act(1);
  note([name, comparable(sdk, same)], [name, comparable(moorage, same)]);
  // Two refusals that are alike prove nothing.
  if (!sdk.ok) differences.push({ name, refused: sdk.error });
  return rowOf(method, given);
}

/** An answer without what differs from request to request. */
function comparable(ended: Ended, same: MethodCase['same']): unknown {
  if (!ended.ok) return { refused: ended.error };
  return { answer: same === undefined ? ended.value : same(ended.value as never) };
}

test('every method of the SDK is answered as the SDK answers it, or better, or refused with a reason; the table says which', { timeout: 180_000 }, async () => {
  const methods = await page.evaluate(() => window.face.sdkMethods());
  const publicOf = (plugin: string): readonly string[] => (methods[plugin] ?? []).filter((name) => !name.startsWith('_') && (plugin !== 'core' || !INTERNAL_CORE_METHODS.includes(name)));
  const rowsOf = async (plugin: string): Promise<readonly Row[]> => {
    const rows: Row[] = [];
    for (const method of [...new Set(publicOf(plugin))].sort()) rows.push(await compare(plugin, method));
    return rows;
  };
  const tables = [
    { heading: 'The core', how: 'The SDK\'s `miniCore`. What works the same is called by `chat.sdk.call(\'isOpened\')`.', rows: await rowsOf('core') },
    { heading: 'contact', how: '`chat.contact.…`, for `connection.contact.…`.', rows: await rowsOf('contact') },
    { heading: 'message', how: '`chat.send({ conversation, type, … })`, for `connection.send(Message.create({ type, … }))`.', rows: await compareMessageTypes(page, world, seeded.others.slice(4)) },
    { heading: 'localCache', how: '`chat.localCache.…`, for `connection.localCache.…`.', rows: await rowsOf('localCache') },
  ];
  // What is declared of the core and not found on it would be missing from the table.
  const declared = readFileSync(path.join(root, 'node_modules/easemob-websdk/miniCore/miniCore.d.ts'), 'utf8').split('declare class MiniCore')[1] ?? '';
  const names = [...declared.matchAll(/^\t([a-z]\w+)\(/gim)].map(([, name]) => name).filter((name) => name !== 'constructor');
  expect(tables[0]?.rows.map(({ method }) => method)).toEqual(expect.arrayContaining(names));
  expect(differences).toEqual([]);
  await expect(renderTables(tables)).toMatchFileSnapshot(path.join(root, 'docs/sdk-methods.md'));
});
