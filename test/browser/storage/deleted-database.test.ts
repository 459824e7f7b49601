import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectServiceList } from '../../support/proof/expectations.ts';
import { eventually } from '../../support/proof/tab.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';
import { readStores } from './read-stores.ts';

const PAGES = 6;
const CONVERSATIONS = PAGES * 50 - 20;

/** Time between two pages, so that the deletion falls between them. Unit: ms. */
const PAGE_LATENCY_MS = 150;

let world: ProofWorld;

beforeAll(async () => {
  world = await createProofWorld({ seed: { accounts: ['nobody'], conversations: 0 }, policies: { conversationsPerUser: null } });
  world.emulator.faults.add({ on: 'rest', type: 'latency', route: 'conversation-list', ms: PAGE_LATENCY_MS });
});
afterAll(() => world.close());

const listRequests = (userId: string) => world.emulator.journal.requests('conversation-list', userId);

/** As "clear site data" does to a site that is open. @returns How many databases there were. */
function deleteDatabases(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const databases = await indexedDB.databases();
    await Promise.all(
      databases.map(
        ({ name = '' }) =>
          new Promise<void>((resolve, reject) => {
            const request = indexedDB.deleteDatabase(name);
            request.onsuccess = () => resolve();
            request.onerror = () => reject(new Error(`${name} was not deleted`));
          }),
      ),
    );
    return databases.length;
  });
}

/** What is stored: the list's cursor, and how many rows lie beside it. */
async function readStored(page: Page): Promise<{ readonly cursor: string | null; readonly done: number; readonly rows: number } | undefined> {
  const stores = await readStores(page, ['meta', 'conversationPages', 'conversations']);
  const sync = stores?.meta.values[stores.meta.keys.indexOf('listSync')] as { readonly cursor: string | null; readonly done: number } | undefined;
  if (stores === undefined || sync === undefined) return undefined;
  const listed = (stores.conversationPages.values as readonly (readonly { readonly key: string }[])[]).flat().map(({ key }) => key);
  return { cursor: sync.cursor, done: sync.done, rows: new Set([...listed, ...stores.conversations.keys]).size };
}

test.for([1, 3, PAGES])('[ST4] hard case 15: deleted under two open tabs after page %i, the list is read afresh and whole', async (page) => {
  const userId = `owner-${page}`;
  const options = { owner: userId, conversations: CONVERSATIONS, messagesPerConversation: 2 };
  world.emulator.seed({ accounts: [userId], ...options, unreadPerConversation: (index) => index % 3 });
  const profile = await world.newProfile();
  const tabs = await world.openTabs(profile, userId, 2);
  const [first] = tabs;
  if (first === undefined) throw new Error('no tab');
  await eventually(() => expect(listRequests(userId)).toBeGreaterThanOrEqual(page));
  const before = listRequests(userId);
  expect(await deleteDatabases(first.page)).toBe(1);

  // While it is read again the cursor is never ahead of the rows beside it.
  let missing = 0;
  await eventually(async () => {
    const stored = await readStored(first.page);
    if (stored !== undefined) missing = Math.max(missing, stored.done - stored.rows);
    expect(stored?.cursor).toBeNull();
  });
  expect(missing).toBe(0);
  for (const tab of tabs) await tab.live();
  await expectServiceList(tabs, world.emulator, userId);
  expect((await readStored(first.page))?.rows).toBe(CONVERSATIONS);
  // Nothing was taken over from what is gone: every page was asked for again.
  expect(listRequests(userId) - before).toBeGreaterThanOrEqual(PAGES);
  await profile.close();
});
