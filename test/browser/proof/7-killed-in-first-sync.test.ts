import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectServiceList } from '../../support/proof/expectations.ts';
import { killSharedWorkers } from '../../support/proof/kill.ts';
import { eventually } from '../../support/proof/tab.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';

const PAGES = 6;
const CONVERSATIONS = PAGES * 50 - 20;

/** Time between two pages, so that a kill falls between them. Unit: ms. */
const PAGE_LATENCY_MS = 150;

let world: ProofWorld;

beforeAll(async () => {
  world = await createProofWorld({ seed: { accounts: ['nobody'], conversations: 0 }, policies: { conversationsPerUser: null } });
  world.emulator.faults.add({ on: 'rest', type: 'latency', route: 'conversation-list', ms: PAGE_LATENCY_MS });
});
afterAll(() => world.close());

function seed(userId: string): void {
  const unreadPerConversation = (index: number) => index % 3;
  world.emulator.seed({
    accounts: [userId],
    owner: userId,
    conversations: CONVERSATIONS,
    messagesPerConversation: 2,
    unreadPerConversation,
  });
}

const listRequests = (userId: string) => world.emulator.journal.requests('conversation-list', userId);

describe('[SY7] [SY1] proof 7: killed in the first sync, it goes on to the same final state', () => {
  const moments = Array.from({ length: PAGES }, (_, page) => page + 1).flatMap((page) => [
    { page, when: 'as its answer leaves', delayMs: 0 },
    { page, when: 'a moment after its answer', delayMs: 60 },
  ]);

  test.for(moments)('page $page, $when', async ({ page, delayMs }) => {
    const userId = `owner-${page}-${delayMs}`;
    seed(userId);
    const profile = await world.newProfile();
    const tabs = await world.openTabs(profile, userId, 2);
    await eventually(() => expect(listRequests(userId)).toBeGreaterThanOrEqual(page));
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    expect(await killSharedWorkers(world)).toBe(1);

    for (const tab of tabs) await tab.live();
    await expectServiceList(tabs, world.emulator, userId);
    // It went on from its stored cursor: the pages before are not read twice.
    expect(listRequests(userId)).toBeLessThanOrEqual(PAGES + 4);
    await profile.close();
  });
});
