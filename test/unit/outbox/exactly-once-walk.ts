import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { createRandom, type Random } from '../../../emulator/seed-random.ts';
import { SyncError } from '../../../src/protocol/errors.ts';
import { conversationKey, type ConversationRef } from '../../../src/protocol/ids.ts';
import type { Message } from '../../../src/protocol/model.ts';
import type { Fault } from '../../../src/testing/fake-faults.ts';
import { nextTurn } from '../../../src/testing/fake-clock.ts';
import { createTestWorld, type TestTab, type TestWorld } from '../../../src/testing/test-world.ts';
import { clientIdOf } from '../../../src/worker/client-id.ts';

/** What walks did, by name. */
export type Tally = Map<string, number>;

const SELF = 'alice';
const CONVERSATIONS: readonly ConversationRef[] = [
  { conversationId: 'bob', conversationType: 'singleChat' },
  { conversationId: 'carol', conversationType: 'singleChat' },
  { conversationId: 'team', conversationType: 'groupChat' },
];

/** How far the service's history lags behind. Unit: ms; less than `lookUpDelayMs`. */
const LAG_MS = 2_500;
/** Failures of history in one walk: one more on one message, and others would pass it. */
const MOST_HISTORY_FAILURES = 4;

const trouble = (code: 'timeout' | 'offline' | 'service-failed' | 'rate-limited'): SyncError => new SyncError(code, 'injected');
const FAULTS: readonly Fault[] = [
  { type: 'lose-answer', error: trouble('timeout') },
  { type: 'lose-answer', error: trouble('timeout') },
  { type: 'lose-answer', error: trouble('service-failed') },
  { type: 'reject', error: trouble('timeout') },
  { type: 'reject', error: trouble('service-failed') },
  { type: 'reject', error: trouble('offline') },
  { type: 'reject', error: trouble('rate-limited') },
  { type: 'answer', value: { id: 'no message' } },
  { type: 'hang' },
];

type Walk = {
  readonly world: TestWorld;
  readonly random: Random;
  readonly tabs: TestTab[];
  /** Texts by whether `send` promised to keep them. */
  readonly kept: Set<string>;
  /** Client ids of messages that had failed at some time. */
  readonly failed: Set<string>;
  /** What a timeline showed with a message in it twice. */
  readonly shownTwice: string[];
  historyFailures: number;
  texts: number;
};

type Step = (walk: Walk) => unknown;

const upTo = (random: Random, most: number): number => Math.floor(random.next() * (most + 1));

const STEPS: { readonly [name: string]: { readonly weight: number; readonly run: Step } } = {
  send: {
    weight: 8,
    run(walk) {
      const { random, tabs } = walk;
      for (let more = upTo(random, 2); more >= 0; more -= 1) {
        const msg = `text ${(walk.texts += 1)}`;
        const sent = random.pick(tabs).chat.send({ conversation: random.pick(CONVERSATIONS.slice(0, 2 + upTo(random, 1))), type: 'txt', msg });
        sent.then(
          () => walk.kept.add(msg),
          () => undefined,
        );
      }
    },
  },
  'lose an answer or a message': { weight: 6, run: ({ world, random }) => world.server.faults.failNext('send', random.pick(FAULTS)) },
  'fail history': {
    weight: 1,
    run(walk) {
      if ((walk.historyFailures += 1) <= MOST_HISTORY_FAILURES) walk.world.server.faults.failNext('getHistory', trouble('service-failed'));
    },
  },
  'others write': {
    weight: 3,
    run({ world, random }) {
      const { conversationId, conversationType } = random.pick(CONVERSATIONS);
      const isGroup = conversationType === 'groupChat';
      for (let more = random.next() < 0.1 ? 70 : upTo(random, 2); more >= 0; more -= 1) {
        world.server.write({ from: isGroup ? 'bob' : conversationId, to: isGroup ? conversationId : SELF, conversationType, text: 'theirs' });
      }
    },
  },
  'kill the worker': { weight: 1, run: ({ world }) => world.killWorker() },
  'kill the worker at a step': { weight: 4, run: ({ world, random }) => world.killWorkerAt(1 + upTo(random, 24)) },
  'cut the socket': { weight: 2, run: ({ world }) => world.service.dropConnections() },
  'go offline': { weight: 1, run: ({ world }) => world.goOffline() },
  'go online': { weight: 2, run: ({ world }) => world.goOnline() },
  'let time pass': { weight: 3, run: ({ world, random }) => world.clock.advance(random.pick([200, 1_000, 3_000, 25_000])) },
};

const NAMES = Object.entries(STEPS).flatMap(([name, { weight }]) => Array<string>(weight).fill(name));

/** What is written comes late into the history. @returns Ends that. */
function lagHistory({ server, clock }: TestWorld): () => void {
  const takenAt = new Map<string, number>();
  const { history, write } = server;
  let isLagging = true;
  server.write = (draft, except) => {
    const message = write(draft, except);
    takenAt.set(message.id, clock.now());
    return message;
  };
  server.history = (userId, ref) => {
    const all = history(userId, ref);
    const end = all.findIndex(({ id }) => isLagging && (takenAt.get(id) ?? 0) + LAG_MS > clock.now());
    return end < 0 ? all : all.slice(0, end);
  };
  return () => void (isLagging = false);
}

/**
 * Walks once: sends from several tabs into several conversations while everything around fails, then comes to rest.
 *
 * @throws {Error} when at rest the service does not have each message exactly once and in order, or something still waits
 */
export async function walkOnce(seed: number, tally: Tally): Promise<void> {
  const random = createRandom(seed);
  const world = createTestWorld({
    indexedDB: new IDBFactory(),
    keyRange: IDBKeyRange,
    engine: { backfill: { conversations: 0, messages: 0 }, retry: { firstMs: 300, longestMs: 2_000 } },
  });
  world.server.makeGroup('team', [SELF, 'bob', 'carol']);
  // What else reads history takes its newest page for the newest there is: the rest of the world is compared without a lag only.
  const endLag = random.next() < 0.5 ? lagHistory(world) : undefined;
  const walk: Walk = { world, random, tabs: [], kept: new Set(), failed: new Set(), shownTwice: [], historyFailures: 0, texts: 0 };
  const note = (name: string): void => void tally.set(name, (tally.get(name) ?? 0) + 1);
  const trail: string[] = [];
  try {
    for (let tab = 1 + upTo(random, 2); tab > 0; tab -= 1) walk.tabs.push(await openTab(walk, note));
    for (let step = 8 + upTo(random, 8); step > 0; step -= 1) {
      const name = random.pick(NAMES);
      trail.push(name);
      note(name);
      await STEPS[name]?.run(walk);
      for (let turn = upTo(random, 12); turn > 0; turn -= 1) await nextTurn();
    }
    world.killWorkerAt(undefined);
    world.server.faults.forget();
    world.goOnline();
    await comeToRest(walk);
    endLag?.();
    for (const problem of problems(walk)) throw new Error(problem);
    if (endLag === undefined) await world.checkAtRest();
    note(endLag === undefined ? 'compared with the service' : 'with a history that lags');
    for (const { name } of world.server.faults.calls) if (name === 'send' || name === 'getHistory') note(`asked to ${name}`);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`seed ${seed}: ${why}\n  ${trail.join(', ')}`, { cause });
  } finally {
    await world.close();
  }
}

async function openTab({ world, failed, shownTwice }: Walk, note: (name: string) => void): Promise<TestTab> {
  const tab = await world.openTab();
  const states = new Map<string, string>();
  tab.chat.outbox.subscribe(({ items }) => {
    for (const { clientId, state } of items) {
      if (states.get(clientId) !== state.type) note(`shown as ${state.type}`);
      states.set(clientId, state.type);
      if (state.type === 'failed') failed.add(clientId);
    }
  });
  tab.chat.timeline(CONVERSATIONS[0] as ConversationRef).subscribe(({ items }) => {
    const texts = items.flatMap((item) => (item.type === 'message' && item.message.from === SELF ? [String(item.message['msg'])] : []));
    if (new Set(texts).size !== texts.length) shownTwice.push(texts.join());
  });
  return tab;
}

/** Lets time pass until nothing waits; what has failed is retried by hand. */
async function comeToRest({ world, tabs }: Walk): Promise<void> {
  for (let second = 0; second < 120; second += 1) {
    for (let turn = 0; turn < 15; turn += 1) await nextTurn();
    const { chat } = tabs[0] as TestTab;
    const items = chat.outbox.value?.items;
    if (chat.status.value?.type === 'live' && items?.length === 0) return;
    for (const { clientId, state } of items ?? []) if (state.type === 'failed') await chat.retry(clientId).catch(() => undefined);
    await world.clock.advance(1_000);
  }
  throw new Error(`still waits: ${JSON.stringify((tabs[0] as TestTab).chat.outbox.value?.items)}`);
}

function problems({ world, kept, failed, shownTwice }: Walk): readonly string[] {
  const own = CONVERSATIONS.map((ref): readonly Message[] => world.server.history(SELF, ref).filter(({ from }) => from === SELF));
  const texts = own.flat().map(({ msg }) => String(msg));
  return [
    ...texts.filter((text, place) => texts.indexOf(text) !== place).map((text) => `the service has ${text} twice`),
    ...shownTwice.map((shown) => `a timeline showed ${shown}`),
    ...[...kept].filter((text) => !texts.includes(text)).map((text) => `the service does not have ${text}`),
    ...own.flatMap((messages, index) => {
      const order = messages.map((message) => clientIdOf(message, SELF) ?? '').filter((clientId) => !failed.has(clientId));
      const isOrdered = order.every((clientId, place) => place === 0 || (order[place - 1] ?? '') < clientId);
      return isOrdered ? [] : [`out of order in ${conversationKey(CONVERSATIONS[index] as ConversationRef)}: ${order.join()}`];
    }),
  ];
}
