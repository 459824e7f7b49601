import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MessageContent } from '../../../emulator/msync/message-body.ts';
import type { Message } from '../../../src/protocol/model.ts';
import { eventually, type Tab } from '../../support/proof/tab.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';

const file = { url: 'https://files.example/some-file', filename: 'f.bin', secret: 's', fileLength: 12 };
const ext = { em_at_list: ['alice'], title: '好', deep: { n: [1, 2.5, null, true] } };

const BODIES: readonly MessageContent[] = [
  { type: 'txt', msg: 'text' },
  { type: 'img', width: 4, height: 3, ...file },
  { type: 'audio', length: 5, ...file },
  { type: 'video', length: 6, ...file },
  { type: 'file', ...file },
  { type: 'loc', lat: 1.5, lng: 2.5, addr: 'Quay', buildingName: 'Pier 4' },
  { type: 'custom', customEvent: 'poll', customExts: { yes: '1' } },
  { type: 'combine', title: 'T', summary: 'S', compatibleText: 'C', ...file },
];

let world: ProofWorld;

beforeAll(async () => {
  world = await createProofWorld({ seed: { accounts: ['alice', 'bob'], conversations: 0 } });
});
afterAll(() => world.close());

/** The messages that a timeline of the conversation with Bob shows, whole. */
function messagesOf({ page }: Tab): Promise<readonly Message[]> {
  return page.evaluate(async () => {
    const timeline = window.proof.chat().timeline({ conversationId: 'bob', conversationType: 'singleChat' });
    const unsubscribe = timeline.subscribe(() => undefined);
    while (timeline.value === undefined || timeline.value.state.isLoading) await new Promise((resolve) => setTimeout(resolve, 20));
    const { items } = timeline.value;
    unsubscribe();
    return items.flatMap((item) => (item.type === 'message' ? [item.message] : []));
  });
}

/** The event says whether the receiver was connected, history that it does not know. */
const withoutPresence = (messages: readonly Message[]): readonly object[] => messages.map(({ onlineState: _state, ...rest }) => rest);

test('[HB7] every type of message, unknown fields included, is the same live, from history and from storage', async () => {
  const { emulator } = world;
  const profile = await world.newProfile();
  const [first] = await world.openTabs(profile, 'alice', 1);
  if (first === undefined) throw new Error('no tab');
  await first.live();
  for (const body of BODIES) emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', body, ext });
  await eventually(async () => expect((await messagesOf(first)).map(({ type }) => type)).toEqual(BODIES.map(({ type }) => type)));
  const live = await messagesOf(first);
  expect(live.map((message) => message['ext'])).toEqual(BODIES.map(() => ext));
  expect(live[5]).toMatchObject({ lat: 1.5, lng: 2.5, addr: 'Quay', buildingName: 'Pier 4' });
  expect(live[6]).toMatchObject({ customEvent: 'poll', customExts: { yes: '1' } });
  expect(live.some((message) => 'accessToken' in message)).toBe(false);

  const ask = () => window.proof.chat().contact.getHistoryMessages({ targetId: 'bob', chatType: 'singleChat', pageSize: 50, cursor: '' });
  const { messages } = await first.page.evaluate(ask);
  expect(withoutPresence([...(messages as unknown as readonly Message[])].reverse())).toEqual(withoutPresence(live));
  expect(withoutPresence(await messagesOf(first))).toEqual(withoutPresence(live));

  await first.page.close();
  await emulator.goOffline();
  const [second] = await world.openTabs(profile, 'alice', 1);
  if (second === undefined) throw new Error('no tab');
  await eventually(async () => expect(withoutPresence(await messagesOf(second))).toEqual(withoutPresence(live)));
  await profile.close();
});
