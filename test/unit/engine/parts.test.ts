import { describe, expect, test } from 'vitest';
import { conversationKey } from '../../../src/protocol/ids.ts';
import type { Message } from '../../../src/protocol/model.ts';
import { createFakeClock } from '../../../src/testing/fake-clock.ts';
import { createTokenSource } from '../../../src/worker/connection/token-source.ts';
import { createDirectory } from '../../../src/worker/ledger/directory.ts';
import { emptyRow } from '../../../src/worker/ledger/row-changes.ts';
import { createWriteQueue } from '../../../src/worker/ledger/write-queue.ts';
import type { ConversationRow } from '../../../src/worker/storage/storage.ts';
import { retryDelayMs } from '../../../src/worker/sync/retry-delay.ts';
import { message, messages } from '../../support/messages.ts';

const row = (id: string, last: Message | null, unread = 0): ConversationRow => {
  const base = emptyRow(conversationKey({ conversationId: id, conversationType: 'singleChat' }));
  return { ...base, lastMessage: last, unread: { ...base.unread, baseline: unread } };
};

describe('the directory', () => {
  test('[UR2] keeps order, total and the identity of what did not change, whatever the order of changes', () => {
    const directory = createDirectory();
    directory.apply(messages(1, 40).map((one, index) => row(`user-${index}`, one, 1)), []);
    const before = directory.list();
    const change = directory.apply([row('user-3', message(100), 5), row('new', message(50))], [conversationKey({ conversationId: 'user-7', conversationType: 'singleChat' })]);
    expect(directory.list(3).map(({ conversationId }) => conversationId)).toEqual(['user-3', 'new', 'user-39']);
    expect(change).toMatchObject({ removes: ['singleChat:user-7'], total: 40 });
    expect(directory.unread('all')).toBe(43);
    expect(directory.list().filter((view) => before.includes(view)).length).toBe(38);
    const times = directory.list().map(({ lastMessage }) => lastMessage?.time ?? 0);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });
});

describe('the write queue', () => {
  test('[SY1] runs one task at a time, in order, and a failure holds up no other', async () => {
    const queue = createWriteQueue();
    const log: string[] = [];
    const task = (name: string, fail = false) => async (): Promise<void> => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
      if (fail) throw new Error(name);
    };
    const results = await Promise.allSettled([queue.run(task('a')), queue.run(task('b', true)), queue.run(task('c'))]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });
});

describe('waiting', () => {
  test('[SY7] grows with each failure, up to its bound, and is never nothing', () => {
    const delays = { firstMs: 1_000, longestMs: 60_000 };
    expect([1, 2, 3, 4].map((attempt) => retryDelayMs(attempt, { ...delays, random: 1 }))).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(retryDelayMs(1_000, { ...delays, random: 1 })).toBe(60_000);
    expect(retryDelayMs(1, { ...delays, random: 0 })).toBe(100);
  });
});

describe('the token source', () => {
  const open = () => {
    const asked: string[] = [];
    const clock = createFakeClock();
    const source = createTokenSource({ environment: clock, settings: { tokenTimeoutMs: 1_000 }, ask: (tab, request) => asked.push(`${tab} ${request}`) });
    return { asked, clock, source };
  };

  test('[TB2] waits for a tab, asks another when one dies, and everybody gets one token', async () => {
    const { asked, source } = open();
    const both = [source.get(), source.get()];
    expect(asked).toEqual([]);
    source.tabJoined('a');
    source.tabJoined('b');
    expect(asked).toEqual(['a 1']);
    source.tabLeft('a');
    expect(asked).toEqual(['a 1', 'b 2']);
    source.answer('a', 1, 'late');
    source.answer('b', 2, 'token');
    expect(await Promise.all(both)).toEqual(['token', 'token']);
  });

  test('[TB2] all tabs asked in vain is unauthorized, to be tried again', async () => {
    const { clock, source } = open();
    source.tabJoined('a');
    source.tabJoined('b');
    const failed = expect(source.get()).rejects.toMatchObject({ code: 'unauthorized', retryable: true });
    source.answer('a', 1, null);
    await clock.advance(1_000);
    await failed;
  });
});
