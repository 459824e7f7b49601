import { conversationKey } from '../protocol/ids.ts';
import type { Account } from '../protocol/model.ts';
import { nextTurn, type FakeClock } from './fake-clock.ts';
import type { FakeDisk } from './fake-disk.ts';
import type { FakeServer } from './fake-server.ts';
import { readTruth } from './rest-service.ts';
import { storageTroubles } from './rest-storage.ts';
import { tabTroubles, unrestOf } from './rest-tabs.ts';
import type { Troubles } from './rest-words.ts';
import { readStored } from './stored-state.ts';
import type { OpenTab } from './test-tab.ts';

/** What is looked at. */
export type RestingWorld = {
  readonly account: Account;
  readonly clock: FakeClock;
  readonly disk: FakeDisk;
  readonly server: FakeServer;
  readonly tabs: ReadonlySet<OpenTab>;
  readonly indexedDB: IDBFactory | undefined;
  readonly keyRange: typeof IDBKeyRange;
  /** Whether the engine lists conversations without a message. */
  readonly showsEmpty: boolean;
};

/** How long the world may take to come to rest, by its own clock. Two minutes: rounds of the list have a budget a minute. */
const PATIENCE_SECONDS = 120;
/** Turns without a question to service or database that are taken for rest. */
const QUIET_TURNS = 25;
const LONGEST_TURNS = 2_000;

/**
 * Brings a world to rest and compares everything in it; see `TestWorld.checkAtRest`.
 *
 * @throws {Error} that says what differs
 */
export async function checkAtRest(world: RestingWorld): Promise<void> {
  const { account, clock, indexedDB, tabs } = world;
  const [first] = tabs;
  if (first === undefined || indexedDB === undefined) throw new Error('nothing can be checked: no tab is open');
  const subscriptions = [...tabs].flatMap(({ tab: { chat } }) => [chat.conversations(), chat.unread].map((query) => query.subscribe(() => undefined)));
  let isAsked = false;

  const unrest = (): Troubles => {
    const all = [...tabs].flatMap((tab, index) => unrestOf(nameOf(index), tab));
    if (all.length > 0 || isAsked) return all;
    isAsked = true;
    first.tab.chat.refresh().catch(() => undefined);
    return ['the list is read once more'];
  };

  const differences = async (): Promise<Troubles> => {
    const keys = world.server.mailbox(account.userId).list().map(conversationKey);
    const stored = await readStored({ account, indexedDB, keyRange: world.keyRange, keys });
    const truth = readTruth({ server: world.server, userId: account.userId, stored, showsEmpty: world.showsEmpty });
    return [...[...tabs].flatMap((tab, index) => tabTroubles(nameOf(index), { chat: tab.tab.chat, timelines: tab.timelines }, { truth, stored })), ...storageTroubles(stored, { truth, userId: account.userId })];
  };

  try {
    for (let second = 0; ; second += 1) {
      await untilQuiet(world);
      const waiting = unrest();
      const troubles = waiting.length > 0 ? waiting : await differences();
      if (troubles.length === 0) return;
      if (second === PATIENCE_SECONDS) throw new Error(['the world does not come to rest:', ...troubles].join('\n  '));
      // What only turns of the event loop are missing for is there in the next round; the clock may be needed as well.
      await clock.advance(1_000);
    }
  } finally {
    for (const unsubscribe of subscriptions) unsubscribe();
  }
}

function nameOf(index: number): string {
  return `tab ${index + 1}`;
}

async function untilQuiet({ server, disk }: RestingWorld): Promise<void> {
  const asked = (): number => server.faults.calls.length + disk.steps();
  let before = asked();
  for (let still = 0, turn = 0; still < QUIET_TURNS && turn < LONGEST_TURNS; turn += 1) {
    await nextTurn();
    still = asked() === before ? still + 1 : 0;
    before = asked();
  }
}
