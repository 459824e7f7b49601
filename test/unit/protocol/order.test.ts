import { describe, expect, test } from 'vitest';
import { compareConversations } from '../../../src/protocol/conversation-order.ts';
import type { Conversation, Message, MessageState, TimelineItem } from '../../../src/protocol/model.ts';
import { compareTimelineItems, holeKey } from '../../../src/protocol/timeline-order.ts';

function message(time: number, id: string): Message {
  return { id, time, from: 'bob', to: 'alice', chatType: 'singleChat', type: 'txt' };
}

function conversation(conversationId: string, time: number | null, pinnedTime = 0): Conversation {
  return {
    conversationId,
    conversationType: 'singleChat',
    unReadCount: 0,
    lastMessage: time === null ? null : message(time, '1'),
    isPinned: pinnedTime > 0,
    pinnedTime,
    marks: [],
    mentions: 0,
    isMuted: false,
    isMarkedUnread: false,
  };
}

function item(key: string, state: MessageState, time = 0, id = key): TimelineItem {
  return { type: 'message', key, message: message(time, id), state };
}

describe('the order of conversations', () => {
  test('pinned first, latest pin first; then the latest message; empty ones last; ties by key', () => {
    const rows = [conversation('b', 5), conversation('a', 5), conversation('empty', null), conversation('new', 9), conversation('p1', 1, 10), conversation('p2', 2, 20)];
    const names = [...rows].sort(compareConversations).map((row) => row.conversationId);
    expect(names).toEqual(['p2', 'p1', 'new', 'a', 'b', 'empty']);
    expect([...rows].reverse().sort(compareConversations).map((row) => row.conversationId)).toEqual(names);
  });
});

describe('the order of a timeline', () => {
  test('[HB8] accepted messages by position, what waits to be sent last, whatever its local time', () => {
    const items = [
      item('c2', { type: 'failed', reason: { code: 'offline', message: '', retryable: true, details: {} } }, 1),
      item('b', { type: 'sent' }, 7, '12'),
      item('c1', { type: 'queued' }, 99),
      item('a', { type: 'received' }, 7, '9'),
    ];
    expect([...items].sort(compareTimelineItems).map((i) => i.key)).toEqual(['a', 'b', 'c1', 'c2']);
  });

  test('[HB4] a hole stands directly before the message it lies below', () => {
    const hole: TimelineItem = { type: 'hole', key: holeKey({ time: 7, id: '12' }), isLoading: false, error: null };
    const items = [item('after', { type: 'received' }, 8, '1'), item('below', { type: 'received' }, 7, '12'), hole, item('before', { type: 'received' }, 7, '11')];
    expect([...items].sort(compareTimelineItems).map((i) => i.key)).toEqual(['before', hole.key, 'below', 'after']);
  });
});
