import { expect, test } from 'vitest';
import type { Message } from '../../../src/protocol/model.ts';
import { isGone, patchedMessage, retold, withEffect, withEffects } from '../../../src/worker/ledger/effects.ts';
import type { MessageEffect } from '../../../src/worker/storage/storage.ts';
import { message } from '../../support/messages.ts';

const recalled = (id: string): MessageEffect => ({ id, type: 'recalled' });
const patch = (id: string, fields: { readonly [field: string]: unknown }): MessageEffect => ({ id, type: 'patch', fields });
const edit = (count: number, time = count): { readonly [field: string]: unknown } => ({ msg: `edit ${count} at ${time}`, modifiedInfo: { operationCount: count, operationTime: time } });
const all = (...effects: readonly MessageEffect[]): readonly MessageEffect[] => effects.reduce(withEffect, []);
const heart = (userId: string) => ({ reaction: '❤️', count: 1, isAddedBySelf: false, userList: [userId] });

test('[HB7] what is recalled is taken out, what is patched is merged, and a used patch goes', () => {
  const [one, two, three] = [message(1), message(2), message(3)];
  const effects = all(recalled(one.id), patch(two.id, edit(1)), patch('later', edit(1)));
  const after = withEffects([one, two, three], effects);
  expect(after.messages).toEqual([{ ...two, ...edit(1) }, three]);
  expect(after.messages[1]).toBe(three);
  expect(after.effects).toEqual([recalled(one.id), patch('later', edit(1))]);
  expect(withEffects([three], effects).effects).toBe(effects);
});

test('[HB7] a recall outlasts its message, and every patch before and after it', () => {
  const effects = all(patch('1', edit(1)), recalled('1'), patch('1', edit(2)));
  expect(effects).toEqual([recalled('1')]);
  expect(withEffect(effects, recalled('1'))).toBe(effects);
  expect(isGone(effects, message(1, { id: '1' }))).toBe(true);
});

test('[HB7] an edit counts only when it is newer than what is there, in whatever order edits come', () => {
  const [first, second, later] = [edit(1), edit(2), edit(2, 3)];
  for (const order of [[first, second, later], [later, second, first], [second, first, later], [later, first, second]]) {
    const waiting = withEffects([message(1)], order.map((fields) => patch(message(1).id, fields)).reduce(withEffect, []));
    const stored = order.reduce(patchedMessage, message(1));
    expect([waiting.messages[0]?.['msg'], stored['msg']]).toEqual(['edit 2 at 3', 'edit 2 at 3']);
  }
  expect(patchedMessage(message(1, edit(3)), { ...edit(2), reactions: [heart('bob')] })).toEqual(message(1, { ...edit(3), reactions: [heart('bob')] }));
  // A service that does not number its edits: the last one told.
  expect(patchedMessage(message(1, { msg: 'a' }), { msg: 'b' })['msg']).toBe('b');
});

test('[HB7] receipts only go up, whether they wait or not', () => {
  const told = [{ receipt: 'delivered' }, { receipt: 'read', readCount: 2 }, { receipt: 'delivered' }, { receipt: 'read', readCount: 1 }];
  expect(told.reduce(patchedMessage, message(1))).toEqual(message(1, { receipt: 'read', readCount: 2 }));
  const waiting = told.map((fields) => patch(message(1).id, fields)).reduce(withEffect, []);
  expect(waiting.length).toBe(1);
  expect(withEffects([message(1)], waiting).messages).toEqual([message(1, { receipt: 'read', readCount: 2 })]);
});

test('[HB7] reactions and pin are as told last; null takes a pin off', () => {
  const pin = { by: 'bob', time: 5 };
  const told = [{ reactions: [heart('bob')] }, { pin }, { reactions: [heart('carol')] }];
  expect(told.reduce(patchedMessage, message(1))).toEqual(message(1, { reactions: [heart('carol')], pin }));
  expect(patchedMessage(message(1, { pin }), { pin: null })).toEqual(message(1));
  const waiting = [{ pin }, { pin: null }].map((fields) => patch(message(1).id, fields)).reduce(withEffect, []);
  expect(withEffects([message(1, { pin })], waiting).messages).toEqual([message(1)]);
});

test('[HB7] changes of single reactions are done to the others, whether they wait or not', () => {
  const changed = (reaction: string, userList: readonly string[], isAddedBySelf?: boolean) => ({
    reactionChanges: [{ reaction, count: userList.length, userList, ...(isAddedBySelf !== undefined && { isAddedBySelf }) }],
  });
  const told = [changed('+1', ['alice'], true), changed('!', ['carol']), changed('+1', ['alice', 'bob']), changed('!', [])];
  const thumbs = { reaction: '+1', count: 2, isAddedBySelf: true, userList: ['alice', 'bob'] };
  const before = message(1, { reactions: [heart('bob')] });
  expect(told.reduce(patchedMessage, before)).toEqual(message(1, { reactions: [heart('bob'), thumbs] }));
  const waiting = told.map((fields) => patch(before.id, fields)).reduce(withEffect, []);
  expect(withEffects([before], waiting).messages).toEqual([message(1, { reactions: [heart('bob'), thumbs] })]);
  // All of them, told later, end what waited; told earlier, they are what is changed.
  const all = patch(before.id, { reactions: [heart('carol')] });
  expect(withEffects([before], [...waiting, all].reduce(withEffect, [])).messages).toEqual([message(1, { reactions: [heart('carol')] })]);
  expect(withEffects([before], [all, ...waiting].reduce(withEffect, [])).messages).toEqual([message(1, { reactions: [heart('carol'), thumbs] })]);
});

test('[HB7] a patch gives a message neither another id nor another time', () => {
  expect(patchedMessage(message(1), { ...message(2), msg: 'new' })).toMatchObject({ id: message(1).id, time: message(1).time, msg: 'new' });
});

test('[HB7] what was removed up to a position stays out, later messages come, and the position never goes back', () => {
  const { id, time } = message(5);
  const effects = all({ type: 'removed', id, time }, { type: 'removed', id: message(3).id, time: message(3).time });
  expect(effects).toEqual([{ type: 'removed', id, time }]);
  expect(withEffects([message(4), message(5), message(6)], effects).messages).toEqual([message(6)]);
});

test('[HB7] at most 500 effects are kept of a conversation, the oldest go first; what was removed stays known', () => {
  const removed: MessageEffect = { type: 'removed', id: '', time: 7 };
  const effects = all(removed, ...Array.from({ length: 600 }, (_, index) => recalled(String(index))));
  expect(effects.length).toBeLessThanOrEqual(501);
  expect(effects).toContainEqual(removed);
  expect([effects.some(({ id }) => id === '99'), effects.some(({ id }) => id === '101')]).toEqual([false, true]);
  expect(effects.at(-1)).toEqual(recalled('599'));
});

test('[HB7] a message told again keeps its newer edit and what only events tell', () => {
  const known: Message = message(1, { ...edit(2), receipt: 'read', readCount: 3, reactions: [heart('bob')], pin: { by: 'bob', time: 5 } });
  expect(retold(known, message(1), { isLagging: false })).toEqual(known);
  expect(retold(known, message(1, edit(3)), { isLagging: false })).toEqual({ ...known, ...edit(3) });
  const told = message(1, { ...edit(2), reactions: [heart('carol')], receipt: 'delivered' });
  expect(retold(known, told, { isLagging: false })).toEqual({ ...known, reactions: [heart('carol')] });
  expect(retold(known, told, { isLagging: true })).toEqual(known);
});

test('[SY9] a list that tells less of the same edit than the live event did takes nothing away, so that it is no news', () => {
  const live = message(1, { onlineState: 1 });
  expect(retold(live, message(1), { isLagging: true })).toEqual(live);
  expect(retold(live, message(1, { ext: { colour: 'blue' } }), { isLagging: true })).toEqual({ ...live, ext: { colour: 'blue' } });
});
