import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createChannel } from '../../../emulator/state/channel.ts';
import { createConversation, type Conversation } from '../../../emulator/state/conversation.ts';
import { createConversationList } from '../../../emulator/state/conversation-list.ts';

function conversation(id: string): Conversation {
  return createConversation(id, createChannel('singleChat'));
}

function show(target: Conversation, activity: number): void {
  target.shown = { unread: 0, lastMessage: undefined, activity: String(activity), pinnedAt: 0, marks: [] };
}

const everything = (): boolean => true;

test('[EM2] the list is in order of activity, whatever order things happened in', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(9), fc.boolean()), { maxLength: 60 }), (steps) => {
      const list = createConversationList();
      const conversations = Array.from({ length: 10 }, (_, index) => conversation(`c${index}`));
      const last = new Map<string, number>();
      steps.forEach(([index, isListed], step) => {
        const target = conversations[index] as Conversation;
        if (isListed) {
          show(target, step + 1);
          last.set(target.id, step + 1);
        } else {
          target.shown = undefined;
          last.delete(target.id);
        }
        list.place(target);
      });
      const expected = [...last].sort((a, b) => b[1] - a[1]).map(([id]) => id);
      expect(list.all().map((row) => row.id)).toEqual(expected);
      expect(list.size).toBe(expected.length);
    }),
  );
});

test('[EM2] pages go on below the cursor though the list moved, and say whether there is more', () => {
  const list = createConversationList();
  const rows = Array.from({ length: 7 }, (_, index) => conversation(`c${index}`));
  rows.forEach((row, index) => {
    show(row, 100 + index);
    list.place(row);
  });
  const first = list.page({ before: undefined, limit: 3, accept: everything });
  expect(first.rows.map((row) => row.id)).toEqual(['c6', 'c5', 'c4']);
  expect(first.more).toBe(true);

  show(rows[2] as Conversation, 200);
  list.place(rows[2] as Conversation);
  const second = list.page({ before: '104', limit: 3, accept: everything });
  expect(second.rows.map((row) => row.id)).toEqual(['c3', 'c1', 'c0']);
  expect(second.more).toBe(false);
});

test('[EM2] what a page leaves out does not count for its length', () => {
  const list = createConversationList();
  for (let index = 0; index < 10; index += 1) {
    const row = conversation(`c${index}`);
    show(row, index + 1);
    list.place(row);
  }
  const odd = list.page({ before: undefined, limit: 4, accept: (row) => Number(row.id.slice(1)) % 2 === 1 });
  expect(odd.rows.map((row) => row.id)).toEqual(['c9', 'c7', 'c5', 'c3']);
  expect(odd.more).toBe(true);
});
