import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BrowserContext } from 'playwright-core';
import { killSharedWorkers } from '../../support/proof/kill.ts';
import { eventually, type Tab } from '../../support/proof/tab.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';

let world: ProofWorld;

beforeAll(async () => {
  world = await createProofWorld({ seed: { accounts: ['bob', 'carol', 'dave', 'erin'], conversations: 0 } });
});
afterAll(() => world.close());

/** Messages by what is done to them. */
type Ids = { readonly [name in 'recalled' | 'edited' | 'liked' | 'unliked' | 'pinned' | 'read' | 'removed']: string };

/** What is done, in the page; by the names it has in the outbox. */
const commands: readonly (readonly [kind: string, run: (ids: Ids) => Promise<unknown>])[] = [
  ['recall', ({ recalled }) => window.proof.chat().contact.recallMessage({ mid: recalled, to: 'bob', chatType: 'singleChat' })],
  [
    'edit',
    ({ edited }) =>
      window.proof.chat().contact.modifyMessage({ messageId: edited, modifiedMessage: { type: 'txt', to: 'bob', chatType: 'singleChat', msg: 'as edited' } }),
  ],
  ['reaction', ({ liked }) => window.proof.chat().contact.addReaction({ messageId: liked, reaction: '👍' })],
  ['reaction', ({ unliked }) => window.proof.chat().contact.deleteReaction({ messageId: unliked, reaction: '+1' })],
  ['message-pin', ({ pinned }) => window.proof.chat().contact.pinMessage({ conversationId: 'bob', conversationType: 'singleChat', messageId: pinned })],
  ['read-receipt', ({ read }) => window.proof.chat().send({ conversation: { conversationId: 'bob', conversationType: 'singleChat' }, type: 'read', id: read })],
  ['remove-history', ({ removed }) => window.proof.chat().contact.removeHistoryMessages({ targetId: 'bob', chatType: 'singleChat', messageIds: [removed] })],
  ['delete-conversation', () => window.proof.chat().contact.deleteConversation({ channel: 'carol', chatType: 'singleChat', deleteRoam: true })],
  ['pin', () => window.proof.chat().contact.pinConversation({ conversationId: 'dave', conversationType: 'singleChat', isPinned: true })],
  [
    'mark',
    () =>
      window.proof.chat().contact.addConversationMark({
        conversations: [
          { conversationId: 'dave', conversationType: 'singleChat' },
          { conversationId: 'bob', conversationType: 'singleChat' },
        ],
        mark: 3,
      }),
  ],
];

function write(user: string): Ids {
  const from = (peer: string, text: string): string => world.emulator.write({ from: peer, to: user, chatType: 'singleChat', text }).id;
  const own = (text: string): string => world.emulator.write({ from: user, to: 'bob', chatType: 'singleChat', text }).id;
  for (const peer of ['carol', 'dave', 'erin']) from(peer, `from ${peer}`);
  const ids = { liked: from('bob', 'like me'), unliked: from('bob', 'liked'), pinned: from('bob', 'pin me'), read: from('bob', 'read me'), removed: from('bob', 'remove me'), recalled: own('oops'), edited: own('frist') };
  world.emulator.react({ from: user, messageId: ids.unliked, reaction: '+1' });
  return ids;
}

async function open(user: string): Promise<{ profile: BrowserContext; tabs: readonly Tab[]; ids: Ids }> {
  world.emulator.seed({ accounts: [user], owner: user, conversations: 0 });
  const ids = write(user);
  const profile = await world.newProfile();
  const tabs = await world.openTabs(profile, user, 2);
  for (const tab of tabs) {
    await tab.live();
    await tab.page.evaluate(() => void window.proof.chat().outbox.subscribe(() => undefined));
    await tab.messages('singleChat:bob');
  }
  return { profile, tabs, ids };
}

/** What is there when all of it is done, at the service and in a tab. */
const done = (ids: Ids): unknown => ({
  rows: [['bob', false, [3]], ['dave', true, [3]], ['erin', false, []]],
  messages: [
    [ids.liked, 'like me', ['👍 1']],
    [ids.unliked, 'liked', []],
    [ids.pinned, 'pin me', []],
    [ids.read, 'read me', []],
    [ids.edited, 'as edited', []],
  ],
});

/** What the service has. */
function held(user: string): unknown {
  const { state } = world.emulator;
  return {
    rows: state
      .conversations(user)
      .map(({ id, pinnedAt, marks }) => [id, pinnedAt > 0, marks.map((mark) => Number(mark.replace('mark_', '')))])
      .sort(),
    messages: state.history(user, 'bob').map(({ id, text, reactions }) => [id, text, Object.entries(reactions).map(([reaction, users]) => `${reaction} ${users.length}`)]),
  };
}

/** What a tab shows of the same. */
const shown = ({ page }: Tab): Promise<unknown> =>
  page.evaluate(() => {
    const chat = window.proof.chat();
    const items = chat.timeline({ conversationId: 'bob', conversationType: 'singleChat' }).value?.items ?? [];
    const rows = chat.conversations().value?.rows ?? [];
    return {
      rows: rows.map(({ conversationId, isPinned, marks }) => [conversationId, isPinned, marks]).sort(),
      messages: items.flatMap((item) =>
        item.type === 'hole' ? [] : [[item.message.id, item.message['msg'], (item.message.reactions ?? []).map(({ reaction, count }) => `${reaction} ${count}`)]],
      ),
    };
  });
const outbox = ({ page }: Tab): Promise<readonly string[]> =>
  page.evaluate(() => window.proof.chat().outbox.value?.items.map(({ kind, state }) => `${kind} ${state.type === 'failed' ? String(state.reason.details['reason']) : state.type}`) ?? ['not known']);
const pinnedMessages = (user: string): number => world.emulator.journal.requests('pin-message', user);
const readers = (user: string, id: string): readonly string[] => world.emulator.state.history(user, 'bob').find((message) => message.id === id)?.readBy ?? [];

test('[OB5] each command, asked for with a connection: the SDK tells the service, every tab shows it', async () => {
  const { profile, tabs, ids } = await open('ann');
  for (const [kind, run] of commands) {
    const before = JSON.stringify([held('ann'), pinnedMessages('ann'), readers('ann', ids.read)]);
    await tabs[0]?.page.evaluate(run, ids);
    expect(JSON.stringify([held('ann'), pinnedMessages('ann'), readers('ann', ids.read)]), kind).not.toBe(before);
    for (const tab of tabs) await eventually(async () => expect(await shown(tab)).toEqual(held('ann')));
  }
  expect(held('ann')).toEqual(done(ids));
  for (const tab of tabs) await eventually(async () => expect(await outbox(tab)).toEqual([]));
  await profile.close();
});

test('[OB5] all of them, asked for offline, the worker killed: every tab shows them, and the service is told once there is a connection', async () => {
  const { profile, tabs, ids } = await open('ben');
  await world.emulator.goOffline();
  for (const tab of tabs) await eventually(async () => expect((await tab.shown()).status?.type).not.toBe('live'));
  const before = held('ben');
  for (const [, run] of commands) await tabs[0]?.page.evaluate(run, ids);
  const waiting = commands.map(([kind]) => `${kind} queued`);
  for (const tab of tabs) await eventually(async () => expect(await outbox(tab)).toEqual(waiting));
  for (const tab of tabs) await eventually(async () => expect(await shown(tab)).toEqual(done(ids)));
  expect(held('ben')).toEqual(before);

  expect(await killSharedWorkers(world)).toBe(1);
  for (const tab of tabs) {
    await eventually(async () => expect(await outbox(tab)).toEqual(waiting));
    await eventually(async () => expect(await shown(tab)).toEqual(done(ids)));
  }
  await world.emulator.goOnline();
  for (const tab of tabs) await eventually(async () => expect(await outbox(tab)).toEqual([]), { timeoutMs: 120_000 });
  expect(held('ben')).toEqual(done(ids));
  expect([pinnedMessages('ben'), readers('ben', ids.read)]).toEqual([1, ['ben']]);
  for (const tab of tabs) await eventually(async () => expect(await shown(tab)).toEqual(done(ids)));
  await profile.close();
}, 400_000);

test('[OB5] what the service refuses later is undone, and says why', async () => {
  const { profile, tabs, ids } = await open('cid');
  const before = held('cid');
  await world.emulator.goOffline();
  for (const tab of tabs) await eventually(async () => expect((await tab.shown()).status?.type).not.toBe('live'));
  await tabs[1]?.page.evaluate(commands[0]?.[1] as (ids: Ids) => Promise<unknown>, ids);
  for (const tab of tabs) {
    await eventually(async () => expect(await outbox(tab)).toEqual(['recall queued']));
    await eventually(async () => expect(await shown(tab)).not.toEqual(before));
  }
  world.emulator.policies.recallWindowMs = 0;
  await world.emulator.goOnline();
  for (const tab of tabs) {
    await eventually(async () => expect(await outbox(tab)).toEqual(['recall recall-time-limit']));
    await eventually(async () => expect(await shown(tab)).toEqual(before));
  }
  await tabs[0]?.page.evaluate(() => window.proof.chat().discard(window.proof.chat().outbox.value?.items[0]?.clientId ?? ''));
  for (const tab of tabs) await eventually(async () => expect(await outbox(tab)).toEqual([]));
  await profile.close();
}, 300_000);

test('[OB5] a command whose acknowledgement is lost is told again, and is done once', async () => {
  const { profile, tabs, ids } = await open('dan');
  world.emulator.policies.recallWindowMs = null;
  const told = () => (['recall', 'edit'] as const).map((kind) => world.emulator.journal.frames('in', kind, 'dan'));
  for (const [index, [, run]] of commands.slice(0, 2).entries()) {
    world.emulator.faults.add({ on: 'socket', frame: 'ack', type: 'close', times: 1, userId: 'dan' });
    await tabs[0]?.page.evaluate(run, ids);
    await eventually(() => expect(told()[index]).toBe(2));
    for (const tab of tabs) await eventually(async () => expect(await outbox(tab)).toEqual([]));
    for (const tab of tabs) await eventually(async () => expect(await shown(tab)).toEqual(held('dan')));
  }
  expect(told()).toEqual([2, 2]);
  await profile.close();
}, 300_000);
