/** The walks of test/unit/outbox/exactly-once.test.ts, a few of them over the emulator and with the unmodified SDK. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom, type Random } from '../../../emulator/seed-random.ts';
import { killSharedWorkers } from '../../support/proof/kill.ts';
import { eventually, type Tab } from '../../support/proof/tab.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';

const PEERS = ['bob', 'carol'] as const;

let world: ProofWorld;

beforeAll(async () => {
  world = await createProofWorld({ seed: { accounts: [...PEERS], conversations: 0 } });
});
afterAll(() => world.close());

/** Texts of the messages at the service that the walk sent, in their order. */
const atService = (userId: string, peer: string): readonly string[] =>
  world.emulator.state.history(userId, { id: peer, chatType: 'singleChat' }).flatMap(({ from, text }) => (from === userId && /^\d+\./.test(text) ? [text] : []));

/** Begins to send; `promised` of the page knows which of them were promised to be kept. */
async function send(tab: Tab, peer: string, texts: readonly string[]): Promise<void> {
  await tab.page.evaluate(
    ({ to, all }) => {
      for (const msg of all) {
        window.proof.begin(msg, (chat) => chat.send({ conversation: { conversationId: to, conversationType: 'singleChat' }, type: 'txt', msg }));
      }
    },
    { to: peer, all: texts },
  );
}

const waiting = (tab: Tab): Promise<number | undefined> =>
  tab.page.evaluate(() => {
    const { outbox } = window.proof.chat();
    outbox.subscribe(() => undefined);
    return outbox.value?.items.length;
  });

const states = (tab: Tab): Promise<readonly string[]> =>
  tab.page.evaluate(() => {
    const { outbox } = window.proof.chat();
    outbox.subscribe(() => undefined);
    return (outbox.value?.items ?? []).map(({ state }) => state.type);
  });

test.each([
  ['510', 'the socket is lost in place of the acknowledgement', 'close'],
  ['512', 'the acknowledgement never comes', 'lose'],
] as const)('[OB3] %s of the SDK, %s: the message is unknown in every tab, found, and not sent again', async (code, _what, type) => {
  const userId = `user-${code}`;
  world.emulator.seed({ accounts: [userId, ...PEERS], owner: userId, conversations: 1, messagesPerConversation: 5 });
  const profile = await world.newProfile();
  const tabs = await world.openTabs(profile, userId, 2);
  for (const tab of tabs) await tab.live();
  const [tab] = tabs;
  if (tab === undefined) throw new Error('no tab');
  const lift = world.emulator.faults.add({ on: 'rest', route: 'history', type: 'hold', userId });
  world.emulator.faults.add({ on: 'socket', frame: 'ack', type, userId, times: 1 });
  await send(tab, 'bob', ['1.1', '1.2']);
  // History does not answer: nobody knows, and the next one waits.
  for (const each of tabs) await eventually(async () => expect(await states(each)).toEqual(['unknown', 'queued']));
  expect(atService(userId, 'bob')).toEqual(['1.1']);
  lift();
  await eventually(async () => expect(await waiting(tab)).toBe(0));
  expect(atService(userId, 'bob')).toEqual(['1.1', '1.2']);
  expect(world.emulator.journal.entries({ kind: 'in', name: 'message', userId })).toHaveLength(2);
  for (const each of tabs) {
    await eventually(async () => {
      const messages = await each.messages('singleChat:bob');
      expect(messages.slice(-2).map(({ text, state }) => [text, state])).toEqual([['1.1', 'sent'], ['1.2', 'sent']]);
    });
  }
  await profile.close();
}, 300_000);

/** What goes wrong around the sends, each once. The first two are 510 and 512 of the SDK: the socket lost, or no acknowledgement. */
const TROUBLES: readonly ((random: Random, userId: string) => unknown)[] = [
  (_random, userId) => world.emulator.faults.add({ on: 'socket', frame: 'ack', type: 'close', userId, times: 1 }),
  (_random, userId) => world.emulator.faults.add({ on: 'socket', frame: 'ack', type: 'lose', userId, times: 1 }),
  (_random, userId) => world.emulator.faults.add({ on: 'socket', frame: 'upstream', type: 'close', userId, times: 1 }),
  (_random, userId) => world.emulator.faults.add({ on: 'rest', route: 'history', type: 'status', status: 500, userId, times: 2 }),
  (_random, userId) => world.emulator.dropSockets(userId),
  () => killSharedWorkers(world),
  () => killSharedWorkers(world),
];

test.each([1, 2, 3, 4, 5, 6])('[OB1] [OB2] [OB3] walk %i over the emulator: lost acknowledgements, cut sockets and killed workers leave each message there exactly once', async (seed) => {
  const random = createRandom(seed);
  const userId = `walker-${seed}`;
  world.emulator.seed({ accounts: [userId, ...PEERS], owner: userId, conversations: 2, messagesPerConversation: 5 });
  const profile = await world.newProfile();
  const tabs = await world.openTabs(profile, userId, 2);
  for (const tab of tabs) await tab.live();

  const sent: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    random.pick(TROUBLES)(random, userId);
    for (const tab of tabs) {
      const texts = [1, 2].map((number) => `${seed}.${round}.${tabs.indexOf(tab)}.${number}`);
      sent.push(...texts);
      await send(tab, random.pick(PEERS), texts);
    }
    await new Promise((resolve) => setTimeout(resolve, random.next() * 400));
    if (random.next() < 0.5) await random.pick(TROUBLES)(random, userId);
  }
  world.emulator.faults.clear();

  const [tab] = tabs;
  if (tab === undefined) throw new Error('no tab');
  // Which are promised is known when each call has ended; those that are, and wait at the worker, are there when nothing waits.
  const endings = async () => (await Promise.all(tabs.map(({ page }) => page.evaluate(() => window.proof.endings())))).flatMap((each) => Object.entries(each));
  await eventually(async () => expect((await endings()).filter(([, ending]) => ending === undefined)).toEqual([]));
  const promised = (await endings()).flatMap(([name, ending]) => (ending?.ok === true ? [name] : []));
  for (const each of tabs) await eventually(async () => expect(await waiting(each)).toBe(0), { timeoutMs: 120_000 });
  const there = PEERS.flatMap((peer) => atService(userId, peer));
  expect(there.filter((text, place) => there.indexOf(text) !== place), 'twice').toEqual([]);
  expect(promised.filter((text) => !there.includes(text)), 'not there').toEqual([]);
  // In order within a conversation: of what one tab sent there, at least, the order is known from outside.
  for (const peer of PEERS) {
    for (const index of [0, 1]) {
      const mine = atService(userId, peer).filter((text) => text.split('.')[2] === String(index) && promised.includes(text));
      expect(mine).toEqual([...mine].sort());
    }
  }
  // Every tab shows each of them once.
  for (const peer of PEERS) {
    for (const each of tabs) {
      await eventually(async () => {
        const texts = (await each.messages(`singleChat:${peer}`)).flatMap(({ text }) => (sent.includes(text) ? [text] : []));
        expect(texts).toEqual(atService(userId, peer));
      });
    }
  }
  await profile.close();
}, 400_000);
