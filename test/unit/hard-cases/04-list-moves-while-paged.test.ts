import { expect, test } from 'vitest';
import { conversationKey, type ConversationRef } from '../../../src/protocol/ids.ts';
import { openWorld } from '../engine/open-world.ts';
import { shownBy, untilLive, watch } from '../engine/watch.ts';

const ref = (number: number): ConversationRef => ({ conversationId: `user-${number}`, conversationType: 'singleChat' });

type World = ReturnType<typeof openWorld>;

/** What moves a conversation on the service's list; messages are told to nobody. */
const moves = {
  'from the third page to the first': ({ server }: World) => void server.write({ from: 'user-5', to: 'alice', text: 'moved up' }),
  'from the first page to the third': ({ server }: World) => server.recall(server.history('alice', ref(118)).at(-1)?.id ?? ''),
  'from the first page away': ({ server }: World) => {
    server.mailbox('alice').deleteConversation(ref(118), { deleteRoam: false });
    server.tell('alice', { type: 'conversation-deleted', conversation: ref(118) });
  },
} as const;

const cases = Object.keys(moves).flatMap((move) => [1, 2].map((page) => [move as keyof typeof moves, page] as const));

test.each(cases)('[SY4] [SY3] hard case 4: a conversation moves %s after page %i was read; nothing is missing, twice or stale', async (move, page) => {
  const world = openWorld();
  const { server } = world;
  server.seed({ userId: 'alice', conversations: 125 });
  // Without its last message one stands at the far end of the list.
  const [oldest] = server.history('alice', ref(118));
  if (oldest === undefined) throw new Error('not seeded');
  server.mailbox('alice').add({ ...oldest, id: '11', time: 1_600_000_000_000 });
  let release = server.faults.hold('getConversations');
  const tab = await world.openTab();
  const list = watch(tab.chat.conversations());
  for (let read = 0; read < page; read += 1) {
    await world.until(() => server.faults.held('getConversations') === 1, `page ${read + 1}`);
    const open = release;
    release = server.faults.hold('getConversations');
    open();
  }
  await world.until(() => list.value?.rows.length === page * 50);
  const lose = server.loseDeliveries();
  moves[move](world);
  lose();
  release();
  await untilLive(world, tab);
  await world.clock.advance(11_000);
  await untilLive(world, tab);
  const { length } = server.list('alice');
  await world.until(() => list.value?.total === length, `${length} conversations`);
  expect(new Set(list.value?.rows.map(conversationKey)).size).toBe(length);
  expect([...(await shownBy(tab))].sort()).toEqual(server.list('alice').map((row) => [row.conversationId, row.unReadCount, row.lastMessage?.id, false, []]).sort());
});
