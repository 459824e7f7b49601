import { expect, test } from 'vitest';
import { openWorld } from './open-world.ts';

test('[SY1] [UR2] two tabs see one list, one unread count and the live message, from one login', async () => {
  const world = openWorld();
  world.server.seed({ userId: 'alice', conversations: 120 });
  const first = await world.openTab();
  const second = await world.openTab();
  const lists = [first, second].map(({ chat }) => chat.conversations());
  const totals = [first, second].map(({ chat }) => chat.unread);
  for (const query of [...lists, ...totals]) query.subscribe(() => undefined);
  await world.until(() => lists.every(({ value }) => value?.rows.length === 120), 'both tabs have the list');
  expect(totals.map(({ value }) => value)).toEqual([120, 120]);

  world.server.write({ from: 'user-7', to: 'alice', text: 'hello' });
  await world.until(() => totals.every(({ value }) => value === 121), 'the message arrived');
  for (const { value } of lists) {
    expect(value?.rows[0]).toMatchObject({ conversationId: 'user-7', unReadCount: 2, lastMessage: { msg: 'hello' } });
  }
  expect(world.server.faults.count('connect')).toBe(1);
});
