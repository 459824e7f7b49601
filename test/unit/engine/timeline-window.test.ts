import { describe, expect, test } from 'vitest';
import { conversationKey } from '../../../src/protocol/ids.ts';
import { createTimelineWindow, type TimelineWindow } from '../../../src/worker/tabs/timeline-window.ts';
import type { WindowChange } from '../../../src/worker/tabs/timeline-items.ts';
import { message, messages } from '../../support/messages.ts';

const conversation = conversationKey({ conversationId: 'bob', conversationType: 'singleChat' });
const open = (limit = 500): TimelineWindow =>
  createTimelineWindow({ key: conversation, self: 'alice', limit, at: () => ({ isLoading: false, error: null }) });
const keys = ({ upserts }: WindowChange): readonly string[] => upserts.map(({ key }) => key);

describe('a timeline window', () => {
  test('[HB8] shows what lies above its floor, and is told nothing twice', () => {
    const window = open();
    window.reset(messages(10, 12), { isNewest: true });
    expect(keys(window.change({ conversation, puts: [message(5), message(13)] }))).toEqual([message(13).id]);
    expect(keys(window.lower([message(5)]))).toEqual([message(5).id]);
    expect(window.change({ conversation, removes: [message(11).id, 'unknown'] })).toEqual({ upserts: [], removes: [message(11).id] });
    expect(window.change({ conversation, removeBefore: message(12).time }).removes).toEqual([message(10).id, message(5).id]);
    expect(window.change({ conversation, removeAll: true }).removes.length).toBe(2);
  });

  test('[OB1] an own message keeps its key from the queue to the service; a second one with its client id gets another', () => {
    const window = open();
    const entry = { seq: 1, conversation, type: 'send', clientId: 'c1', message: { conversation: { conversationId: 'bob', conversationType: 'singleChat' }, type: 'txt', msg: 'hi' }, createdAt: 1, state: { type: 'queued' } } as const;
    expect(window.setWaiting([entry], new Map()).upserts).toMatchObject([{ key: 'c1', state: { type: 'queued' } }]);
    expect(window.setWaiting([entry], new Map()).upserts).toEqual([]);
    expect(window.setWaiting([entry], new Map([['c1', {}]])).upserts).toMatchObject([{ key: 'c1', state: { type: 'sending' } }]);
    const sent = message(20, { from: 'alice', to: 'bob', ext: { moorageClientId: 'c1' } });
    expect(window.change({ conversation, puts: [sent] }).upserts).toMatchObject([{ key: 'c1', state: { type: 'sent' } }]);
    expect(window.setWaiting([], new Map())).toEqual({ upserts: [], removes: [] });
    const twice = message(21, { from: 'alice', to: 'bob', ext: { moorageClientId: 'c1' } });
    expect(keys(window.change({ conversation, puts: [twice] }))).toEqual([twice.id]);
  });

  test('[HB4] shows what waits to be sent only while it reaches the newest', () => {
    const window = open();
    const entry = { seq: 1, conversation, type: 'send', clientId: 'c1', message: { conversation: { conversationId: 'bob', conversationType: 'singleChat' }, type: 'txt', msg: 'hi' }, createdAt: 1, state: { type: 'queued' } } as const;
    window.setWaiting([entry], new Map());
    expect(window.reset(messages(10, 12), { isNewest: false }).removes).toEqual(['c1']);
    expect(window.setWaiting([entry], new Map([['c1', {}]]))).toEqual({ upserts: [], removes: [] });
    expect(keys(window.raise(messages(13, 14), { isNewest: true }))).toEqual([message(13).id, message(14).id, 'c1']);
  });

  test('[HB4] shows a hole above a late message that stands below all spans, and none below the oldest', () => {
    const window = open();
    const [oldest, newest] = [message(10), message(12)];
    window.setSpans([{ oldest, newest, olderCursor: oldest.id }]);
    expect(keys(window.reset(messages(10, 12), { isNewest: true }))).toEqual(messages(10, 12).map(({ id }) => id));
    expect(window.holes()).toEqual([]);
    expect(window.lower([message(5)]).upserts.map(({ type }) => type)).toEqual(['message', 'hole']);
    expect(window.holes()).toMatchObject([{ below: { id: oldest.id }, cursor: oldest.id }]);
  });

  test('[HB4] lets go at the other end what is more than its limit, and follows no more', () => {
    const window = open(10);
    window.reset(messages(11, 20), { isNewest: true });
    expect(window.lower(messages(6, 10)).removes).toEqual(messages(16, 20).map(({ id }) => id));
    expect(window.ceiling()).toMatchObject({ id: message(15).id });
    expect(keys(window.change({ conversation, puts: [message(21)] }))).toEqual([]);
    window.raise(messages(16, 21), { isNewest: true });
    expect([window.floor()?.id, window.ceiling(), window.size(), window.taken()]).toEqual([message(12).id, null, 10, 21]);
  });
});
