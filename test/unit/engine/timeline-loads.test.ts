import { expect, test } from 'vitest';
import { conversationKey, toPosition } from '../../../src/protocol/ids.ts';
import type { Message } from '../../../src/protocol/model.ts';
import type { Ledger } from '../../../src/worker/ledger/ledger.ts';
import type { HistorySource } from '../../../src/worker/history/history-source.ts';
import { createTimelineLoads } from '../../../src/worker/tabs/timeline-loads.ts';
import { createTimelineWindow } from '../../../src/worker/tabs/timeline-window.ts';
import { message, messages } from '../../support/messages.ts';

const key = conversationKey({ conversationId: 'bob', conversationType: 'singleChat' });

test('[HB2] what is recalled or edited while older messages are being read is not undone by what was read before', async () => {
  let answer: (found: readonly Message[]) => void = () => undefined;
  const storage = { readMessages: () => new Promise<readonly Message[]>((resolve) => (answer = resolve)) };
  const window = createTimelineWindow({ key, self: 'alice', limit: 500, at: () => ({ isLoading: false, error: null }) });
  window.setSpans([{ oldest: toPosition(message(1)), newest: toPosition(message(20)), olderCursor: null }]);
  window.reset(messages(11, 20), { isNewest: true });
  const loads = createTimelineLoads({
    key,
    window,
    ledger: { storage } as unknown as Ledger,
    history: {} as HistorySource,
    isBehind: () => false,
    show: () => undefined,
  });
  const older = loads.older();
  for (const change of [{ conversation: key, removes: [message(5).id] }, { conversation: key, puts: [{ ...message(6), msg: 'edited' }] }]) {
    loads.note(change);
    window.change(change);
  }
  answer(messages(1, 10));
  await older;
  const shown = new Map(window.items().flatMap((item) => (item.type === 'message' ? [[item.message.id, item.message['msg']] as const] : [])));
  expect([shown.size, shown.has(message(5).id), shown.get(message(6).id)]).toEqual([19, false, 'edited']);
});
