/** What the unmodified SDK makes of the service's refusals, and what becomes of the message: docs/errors.md has the same table. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { OutboxItem } from '../../../src/protocol/model.ts';
import { eventually, type Tab } from '../../support/proof/tab.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';

/** `msync.proto` numbers of an acknowledgement's status, and the service's words. */
const REFUSALS: readonly (readonly [reason: string, errorCode: number, words: string, serviceCode: number])[] = [
  ['muted', 15, 'you were muted', 507],
  ['blocked', 1, 'blocked', 603],
  ['group-not-found', 1, 'group not found', 605],
  ['not-in-group', 1, 'not in group or chatroom', 602],
  ['not-allowed', 1, 'not in group or chatroom white list', 506],
  ['not-a-contact', 1, 'nonroster', 221],
  ['group-disabled', 1, 'group is disabled', 608],
  ['limit-reached', 1, 'limit directed users', 50],
  ['user-not-found', 1, "username bob doesn't exist!", 204],
  ['moderation', 1, 'blocked by moderation', 508],
  ['illegal-content', 7, 'sensitive words', 501],
  ['illegal-content', 7, 'blocked by mod_antispam', 501],
  ['muted-by-administrator', 7, 'user is mute', 219],
  ['message-too-large', 7, 'Sorry, data is too large', 511],
  ['no advertising here', 19, 'no advertising here', 502],
];

let world: ProofWorld;
let tab: Tab;

beforeAll(async () => {
  world = await createProofWorld({ seed: { accounts: ['alice', 'bob'], owner: 'alice', conversations: 0 } });
  const profile = await world.newProfile();
  const [first] = await world.openTabs(profile, 'alice', 1);
  if (first === undefined) throw new Error('no tab');
  tab = first;
  await tab.live();
});
afterEach(() => world.emulator.faults.clear());
afterAll(() => world.close());

const send = (msg: string): Promise<string> =>
  tab.page.evaluate(async (text) => {
    const chat = window.proof.chat();
    chat.outbox.subscribe(() => undefined);
    const { clientId } = await chat.send({ conversation: { conversationId: 'bob', conversationType: 'singleChat' }, type: 'txt', msg: text });
    return clientId;
  }, msg);

const stateOf = (clientId: string): Promise<OutboxItem['state'] | undefined> =>
  tab.page.evaluate((wanted) => window.proof.chat().outbox.value?.items.find((item) => item.clientId === wanted)?.state, clientId);

const atService = (msg: string): number => world.emulator.state.history('alice', { id: 'bob', chatType: 'singleChat' }).filter(({ text }) => text === msg).length;

const refuse = (errorCode: number, reason: string, times = 1): void =>
  void world.emulator.faults.add({ on: 'socket', frame: 'upstream', type: 'refuse', errorCode, reason, times });

describe('[OB3] refused for good', () => {
  test.each(REFUSALS)('%s: status %i "%s" is %i of the SDK', async (reason, errorCode, words, serviceCode) => {
    refuse(errorCode, words);
    const msg = `${errorCode} ${words}`;
    const clientId = await send(msg);
    await eventually(async () => expect((await stateOf(clientId))?.type).toBe('failed'));
    expect(await stateOf(clientId)).toMatchObject({ reason: { code: 'refused', retryable: false, details: { reason, serviceCode } } });
    expect(atService(msg)).toBe(0);
    // By hand it goes, without a look: the service had said no.
    await tab.page.evaluate((wanted) => window.proof.chat().retry(wanted), clientId);
    await eventually(() => expect(atService(msg)).toBe(1));
    await eventually(async () => expect(await stateOf(clientId)).toBeUndefined());
  });
});

describe('[OB3] refused for now', () => {
  test.each([
    ['too many messages', 7, 'traffic limit'],
    ['a reason that the SDK does not know', 1, 'something else'],
    ['a status that the SDK does not know', 8, 'no route'],
  ])('%s: it is sent again by itself', async (_what, errorCode, words) => {
    refuse(errorCode, words);
    const msg = `for now ${words}`;
    const clientId = await send(msg);
    await eventually(() => expect(atService(msg)).toBe(1));
    await eventually(async () => expect(await stateOf(clientId)).toBeUndefined());
  });
});
