import { describe, expect, test } from 'vitest';
import type { TimelineItem } from '../../../src/protocol/model.ts';
import { newMessages } from '../../../demo/app/new-messages.ts';

function item(key: string, from = 'bob'): TimelineItem {
  const message = { id: key, time: Number(key), from, to: 'alice', chatType: 'singleChat', type: 'txt', msg: key } as const;
  return { type: 'message', key, message, state: { type: from === 'alice' ? 'sent' : 'received' } };
}
const keysOf = (items: readonly TimelineItem[]) => items.map(({ key }) => key);

describe('what is announced', () => {
  test('what arrived after everything seen, oldest first', () => {
    expect(keysOf(newMessages([item('1')], [item('1'), item('2'), item('3')], 'alice'))).toEqual(['2', '3']);
  });

  test('not what is loaded from the past', () => {
    expect(newMessages([item('5')], [item('1'), item('2'), item('5')], 'alice')).toEqual([]);
  });

  test('not own messages, which do not end the search either', () => {
    const after = [item('1'), item('2', 'alice'), item('3'), item('4', 'alice')];
    expect(keysOf(newMessages([item('1')], after, 'alice'))).toEqual(['3']);
  });

  test('not holes', () => {
    expect(keysOf(newMessages([item('1')], [item('1'), { type: 'hole', key: 'hole:2:2', isLoading: false, error: null }, item('2')], 'alice'))).toEqual(['2']);
  });

  test('the first message of an empty conversation', () => {
    expect(keysOf(newMessages([], [item('1')], 'alice'))).toEqual(['1']);
  });
});
