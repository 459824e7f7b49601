import { expect, test } from 'vitest';
import fc from 'fast-check';
import type { ConversationRef } from '../../../src/protocol/ids.ts';
import type { TimelineItem } from '../../../src/protocol/model.ts';
import { openWorld } from '../engine/open-world.ts';
import { bob, carol, untilLive, watch } from '../engine/watch.ts';

const team: ConversationRef = { conversationId: 'team', conversationType: 'groupChat' };
/** Who writes what follows in which conversation; the user's other device is one of them. */
const SCRIPT = ['bob', 'carol', 'team', 'bob', 'own', 'bob', 'team', 'carol', 'own', 'bob'] as const;

function idsIn(items: readonly TimelineItem[] | undefined): readonly string[] {
  return (items ?? []).flatMap((item) => (item.type === 'message' ? [item.message.id] : ['hole']));
}

test('[UR1] [UR3] [HB8] hard case 5: deliveries in any order, any of them twice, end in the same state', async () => {
  const places = SCRIPT.map((_, index) => index);
  const orders = fc.tuple(fc.shuffledSubarray(places, { minLength: places.length }), fc.shuffledSubarray(places));
  await fc.assert(
    fc.asyncProperty(orders, async ([order, again]) => {
      const world = openWorld();
      const { server } = world;
      server.makeGroup('team', ['alice', 'bob']);
      for (const from of ['bob', 'carol']) server.write({ from, to: 'alice', text: 'before' });
      server.write({ from: 'bob', to: 'team', conversationType: 'groupChat', text: 'before' });
      const tab = await world.openTab();
      const timelines = [bob, carol, team].map((ref) => ({ ref, timeline: watch(tab.chat.timeline(ref)) }));
      const total = watch(tab.chat.unread);
      await untilLive(world, tab);
      await world.until(() => timelines.every(({ timeline }) => timeline.value?.items.length === 1));
      const deliver = server.holdDeliveries();
      for (const who of SCRIPT) {
        if (who === 'own') server.write({ from: 'alice', to: 'bob', text: who });
        else if (who === 'team') server.write({ from: 'bob', to: 'team', conversationType: 'groupChat', text: who });
        else server.write({ from: who, to: 'alice', text: who });
      }
      deliver((messages) => [...order, ...again].flatMap((place) => messages[place] ?? []));
      await world.until(() => timelines.every(({ ref, timeline }) => timeline.value?.items.length === server.history('alice', ref).length));
      await world.settle();
      for (const { ref, timeline } of timelines) expect(idsIn(timeline.value?.items)).toEqual(server.history('alice', ref).map(({ id }) => id));
      const { data } = await tab.chat.localCache.getLocalConversations();
      const counts = server.list('alice').map(({ conversationId, unReadCount }) => [conversationId, unReadCount]);
      expect(data.map(({ conversationId, unReadCount }) => [conversationId, unReadCount])).toEqual(counts);
      expect(total.value).toBe(counts.reduce((sum, [, count]) => sum + Number(count), 0));
      await world.close();
    }),
    { numRuns: 25 },
  );
});
