import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bytesOf, hashOf, sendFile, shownFiles, watchFiles } from '../../support/proof/files.ts';
import { killSharedWorkers } from '../../support/proof/kill.ts';
import { eventually, type Tab } from '../../support/proof/tab.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';
import { readStores } from './read-stores.ts';

const CONVERSATIONS = 12;
const MEGABYTE = 1024 * 1024;
/** Chromium asks for the free space when it did half a minute ago. Unit: ms. */
const REMEMBERED_MS = 40_000;
const WRITES = 60;

let world: ProofWorld;

beforeAll(async () => {
  world = await createProofWorld({ seed: { accounts: ['alice', 'bob'], owner: 'alice', conversations: CONVERSATIONS, messagesPerConversation: 60 } });
});
afterAll(() => world.close());

type Stored = { readonly conversations: readonly string[]; readonly outbox: readonly { readonly type: string; readonly fileBytes: number }[] };

/** What is stored: which conversations have messages, and what waits. */
async function readStored(page: Page): Promise<Stored> {
  const stores = await readStores(page, ['messages', 'outbox']);
  const waiting = (stores?.outbox.values ?? []) as readonly { readonly type: string; readonly message: { readonly file?: { readonly data: number } } }[];
  return {
    conversations: [...new Set(stores?.messages.keys.map((key) => String((key as readonly unknown[])[0])))],
    outbox: waiting.map(({ type, message }) => ({ type, fileBytes: message.file?.data ?? 0 })),
  };
}

const usage = (page: Page): Promise<number> => page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);

const statusOf = async (tab: Tab): Promise<string> => {
  const { status } = await tab.shown();
  return status?.type === 'degraded' ? status.reason.code : String(status?.type);
};

/** Stores some 2 kB more in a row of the list. @returns How it ended. */
function storeMore(tab: Tab, key: string): Promise<string> {
  return tab.page.evaluate(
    async ([conversationType, conversationId = '']) => {
      const customField = { filler: Array.from({ length: 200 }, () => Math.random().toString(36).slice(2, 12)).join('') };
      return window.proof
        .chat()
        .localCache.setLocalConversationCustomField({ conversationId, conversationType: conversationType as 'singleChat', customField })
        .then(() => 'stored', (error: { code: string }) => error.code);
    },
    key.split(':'),
  );
}

async function setQuota(session: CDPSession, quotaSize?: number): Promise<void> {
  await session.send('Storage.overrideQuotaForOrigin', { origin: world.server.origin, ...(quotaSize === undefined ? {} : { quotaSize }) });
}

test('[ST2] [OB4] a real quota: history goes, the outbox with its file stays, a killed worker starts on the full disk, and all is well when there is room', { timeout: 600_000 }, async () => {
  const profile = await world.newProfile();
  const [tab] = await world.openTabs(profile, 'alice', 1);
  if (tab === undefined) throw new Error('no tab');
  await tab.live();
  await eventually(async () => expect((await readStored(tab.page)).conversations).toHaveLength(CONVERSATIONS));
  const rows = (await tab.shown()).rows.map(({ key }) => key);
  await tab.messages(rows[0] ?? '');
  await watchFiles(tab);

  await world.goOffline();
  await eventually(async () => expect(await statusOf(tab)).not.toBe('live'));
  await sendFile(tab, { type: 'file', sizeBytes: MEGABYTE });
  await eventually(async () => expect((await readStored(tab.page)).outbox).toEqual([{ type: 'send', fileBytes: MEGABYTE }]));

  const session = await profile.newCDPSession(tab.page);
  const storeUntil = async (isDone: (ending: string) => Promise<boolean>): Promise<readonly string[]> => {
    const endings: string[] = [];
    await new Promise((resolve) => setTimeout(resolve, REMEMBERED_MS));
    do endings.push(await storeMore(tab, rows[endings.length % CONVERSATIONS] ?? ''));
    while (endings.length < WRITES && !(await isDone(endings.at(-1) ?? '')));
    return endings;
  };

  // A little room: history makes place for what is written, and nobody is told of anything.
  await setQuota(session, (await usage(tab.page)) + 10_000);
  const endings = await storeUntil(async () => (await readStored(tab.page)).conversations.length <= CONVERSATIONS / 2 + 1);
  expect(new Set(endings)).toEqual(new Set(['stored']));
  const half = await readStored(tab.page);
  expect(half.conversations.length).toBeLessThanOrEqual(CONVERSATIONS / 2 + 1);
  // What the tab shows stays.
  expect(half.conversations).toContain(rows[0]);
  expect(half.outbox).toEqual([{ type: 'send', fileBytes: MEGABYTE }]);

  // None at all: that is said, and all that is left is shown.
  await setQuota(session, 1_000);
  await storeUntil(async (ending) => ending === 'storage-full');
  await eventually(async () => expect(await statusOf(tab)).toBe('storage-full'));
  expect((await readStored(tab.page)).outbox).toEqual([{ type: 'send', fileBytes: MEGABYTE }]);
  expect((await tab.shown()).rows.map(({ key }) => key)).toEqual(rows);

  await killSharedWorkers(world);
  await eventually(async () => expect((await tab.shown()).rows.map(({ key }) => key)).toEqual(rows));
  expect((await tab.messages(rows[0] ?? '')).length).toBeGreaterThanOrEqual(50);

  await setQuota(session);
  await world.goOnline();
  await tab.page.evaluate(() => dispatchEvent(new Event('online')));
  await eventually(async () => expect(await statusOf(tab)).toBe('live'), { timeoutMs: 120_000 });
  await eventually(async () => expect((await shownFiles(tab)).map(({ state }) => state)).toEqual(['sent']));
  expect(world.emulator.files().map(({ bytes }) => hashOf(bytes))).toContain(hashOf(bytesOf(MEGABYTE)));
  expect((await readStored(tab.page)).outbox).toEqual([]);
});
