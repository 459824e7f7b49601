import { expect, test } from 'vitest';
import { createPolicies } from '../../../emulator/policies.ts';
import { seed, type SeedOptions } from '../../../emulator/seed.ts';
import { startEmulator } from '../../../emulator/start-emulator.ts';
import { createStateView, type StateView } from '../../../emulator/state/view.ts';
import { createWorld } from '../../../emulator/state/world.ts';

const startTime = 1_700_000_000_000;

function seeded(options: SeedOptions): StateView {
  const policies = createPolicies({ conversationsPerUser: null });
  const world = createWorld({ appKey: 'a#b', policies, now: () => startTime + 1e9 });
  seed(world, { startTime, ...options });
  return createStateView(world);
}

test('[EM9] the same seed gives the same world, down to the ids', () => {
  const options = { conversations: 9, messagesPerConversation: 4, readable: true };
  expect(seeded(options).conversations('alice')).toEqual(seeded(options).conversations('alice'));
  const other = seeded({ ...options, randomSeed: 2 }).conversations('alice');
  expect(other).not.toEqual(seeded(options).conversations('alice'));
});

test('[EM9] singles and groups in the number asked for, most recent first', () => {
  const view = seeded({ conversations: 12, messagesPerConversation: 5 });
  const rows = view.conversations('alice');
  expect(rows).toHaveLength(12);
  expect(rows.filter((row) => row.chatType === 'groupChat')).toHaveLength(3);
  expect(rows.slice(0, 4).map((row) => row.id)).toEqual(['bob', 'group-0001', 'carol', 'peer-0001']);
  expect(rows.every((row) => view.history('alice', row).length === 5)).toBe(true);
});

test('[EM9] unread as asked for, and a recount agrees', () => {
  const view = seeded({ conversations: 10, messagesPerConversation: 6, unreadPerConversation: (index) => index });
  const rows = view.conversations('alice');
  expect(rows.map((row) => row.unread)).toEqual([0, 1, 2, 3, 4, 5, 6, 6, 6, 6]);
  for (const row of rows) {
    const last = view.history('alice', row).slice(6 - row.unread);
    expect(last.every((message) => message.from !== 'alice')).toBe(true);
  }
});

test('[EM9] the others see the same conversations, read', () => {
  const view = seeded({ conversations: 4, messagesPerConversation: 2, unreadPerConversation: 2 });
  expect(view.conversations('bob').map((row) => [row.id, row.unread])).toEqual([
    ['alice', 0],
    ['group-0001', 0],
  ]);
  expect(view.accounts()).toEqual(['alice', 'bob', 'carol', 'peer-0001']);
});

test('[EM9] stories: mentions, reactions, a pin, an edit, a silenced group and a long conversation', async () => {
  const emulator = await startEmulator({ seed: { readable: true, stories: true } });
  try {
    const { state } = emulator;
    const rows = state.conversations('alice');
    const groups = rows.filter((row) => row.chatType === 'groupChat');
    const singles = rows.filter((row) => row.chatType === 'singleChat');
    expect(groups.map((row) => state.silence('alice', row))).toEqual(
      groups.map((_, index) => (index === 1 ? { type: 'NONE' } : {})),
    );
    for (const group of groups.slice(0, 3)) {
      expect(state.history('alice', group).some(({ ext }) => 'em_at_list' in ext)).toBe(true);
    }
    const reactions = state.history('alice', 'bob').map((message) => Object.keys(message.reactions).length);
    expect(reactions.reduce((sum, count) => sum + count, 0)).toBe(3);
    const lengths = singles.slice(0, 4).map((row) => state.history('alice', row).length);
    expect(lengths).toEqual([60, 60, 780, 60]);
    expect(state.history('alice', 'carol').filter((message) => message.edits === 1)).toHaveLength(1);
    expect(state.queue('alice')).toEqual([]);
    expect(state.totalUnread('alice')).toBe(rows.reduce((sum, row) => sum + row.unread, 0));
  } finally {
    await emulator.close();
  }
});
