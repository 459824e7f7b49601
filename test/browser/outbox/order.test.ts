import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/proof/tab.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';

const ROUNDS = 5;

/** More than the megabyte that Firefox hands from process to process in one piece. */
const SIZE_BYTES = 1_500_000;

let world: ProofWorld;

beforeAll(async () => {
  world = await createProofWorld({ seed: { accounts: ['alice', 'bob'], owner: 'alice', conversations: 0 } });
});
afterAll(() => world.close());

test('[OB2] files and texts that are sent in turn, none waiting for the one before, arrive in that order', async () => {
  const profile = await world.newProfile();
  const [tab] = await world.openTabs(profile, 'alice', 1);
  if (tab === undefined) throw new Error('no tab');
  await tab.live();
  await tab.page.evaluate(async ([rounds, sizeBytes]) => {
    const chat = window.proof.chat();
    const conversation = { conversationId: 'bob', conversationType: 'singleChat' } as const;
    const sends = Array.from({ length: rounds }, (_none, round) => [
      chat.send({ conversation, type: 'file', file: { data: new Blob([new Uint8Array(sizeBytes)]), filename: `${round}.bin` } }),
      chat.send({ conversation, type: 'txt', msg: `${round}` }),
    ]);
    await Promise.all(sends.flat());
  }, [ROUNDS, SIZE_BYTES] as const);
  const arrived = () => world.emulator.state.history('alice', 'bob');
  await eventually(() => expect(arrived()).toHaveLength(2 * ROUNDS), { timeoutMs: 120_000 });
  expect(arrived().map(({ type, text }) => (type === 'txt' ? text : type))).toEqual(Array.from({ length: ROUNDS }, (_none, round) => ['file', `${round}`]).flat());
  await profile.close();
});
