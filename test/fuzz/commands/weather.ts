import { SyncError } from '../../../src/protocol/errors.ts';
import type { ServiceCall } from '../../../src/testing/fake-faults.ts';
import { GROUPS, PEERS } from '../people.ts';
import type { Walk } from '../walk.ts';
import { serverOf, type Commands } from './command.ts';
import { single, write } from './messages.ts';

const READS: readonly ServiceCall[] = ['getConversations', 'getPinnedConversations', 'getHistory', 'getMutedConversations'];
const COMMANDS: readonly ServiceCall[] = ['recallMessage', 'editMessage', 'reactToMessage', 'pinMessage', 'deleteConversation', 'removeHistory', 'pinConversation', 'markConversations'];
const REQUESTS: readonly ServiceCall[] = [...READS, 'connect', 'acknowledgeConversation', 'send', 'send', 'renewToken', ...COMMANDS];
const GARBAGE: readonly unknown[] = [undefined, null, {}, 'Bad Gateway', { conversations: [{}], cursor: '' }, { messages: null, isLast: false }];

function inject(walk: Walk): void {
  const { random } = walk;
  const { faults } = serverOf(walk);
  const name = random.pick(REQUESTS);
  const isRefusal = COMMANDS.includes(name) && random.next() < 0.3;
  const code = isRefusal ? 'refused' : random.pick(['timeout', 'service-failed', 'rate-limited', 'offline'] as const);
  const error = new SyncError(code, 'a fault of the walk', code === 'rate-limited' ? { details: { retryAfterMs: 3_000 } } : {});
  const type = random.pick(['reject', 'lose-answer', 'hang', 'answer'] as const);
  // The others promise that nothing was done.
  const mayLose = code === 'timeout' || code === 'service-failed';
  if (type === 'hang') faults.failNext(name, { type });
  else if (type === 'answer' && READS.includes(name)) faults.failNext(name, { type, value: random.pick(GARBAGE) });
  else if (type === 'lose-answer' && mayLose) faults.failNext(name, { type, error });
  else faults.failNext(name, error);
}

/** What befalls worker, connection, service and clock. */
export const weatherCommands: Commands = {
  killWorker: { weight: 2, run: ({ world }) => world.killWorker() },
  killAtStorageStep: { weight: 4, run: ({ world, random }) => world.armKill(1 + Math.floor(random.next() * 8)) },
  endEngine: {
    weight: 1,
    run: ({ world }) => {
      world.noteDeath();
      void world.test.endEngine();
    },
  },
  goesOffline: { weight: 2, run: ({ world }) => world.test.service.setReachable(false) },
  comesOnline: { weight: 4, run: ({ world }) => world.test.service.setReachable(true) },
  connectionDrops: { weight: 3, run: ({ world }) => world.test.service.dropConnections() },
  // UR1: what is lost while the connection lasts is fetched, but its count may wait for the next list.
  eventsLost: {
    weight: 4,
    run(walk) {
      if (!walk.isConnected() || walk.isHolding()) return false;
      const end = serverOf(walk).loseDeliveries();
      const count = 1 + Math.floor(walk.random.next() * 3);
      for (let each = 0; each < count; each += 1) {
        const peer = walk.random.pick(PEERS);
        write(walk, peer, single(peer));
      }
      walk.world.test.service.dropConnections();
      end();
      return true;
    },
  },
  /** More than the service keeps for a device that is away. */
  nightAway: {
    weight: 0.3,
    run(walk) {
      if (walk.isHolding()) return false;
      walk.world.test.service.setReachable(false);
      const isGroup = walk.random.next() < 0.7;
      const peer = walk.random.pick(PEERS);
      const ref = isGroup ? { conversationId: walk.random.pick(GROUPS), conversationType: 'groupChat' as const } : single(peer);
      for (let each = 0; each < (isGroup ? 230 : 520); each += 1) write(walk, peer, ref);
      return true;
    },
  },
  serviceFails: { weight: 8, run: inject },
  deliveriesWait: { weight: 2, run: (walk) => walk.holdDeliveries() },
  deliveriesCome: { weight: 8, run: (walk) => walk.releaseDeliveries() },
  listLags: { weight: 2, run: (walk) => walk.freezeList() },
  listCatchesUp: { weight: 3, run: (walk) => walk.thawList() },
  timePasses: { weight: 6, run: ({ world, random }) => world.test.clock.advance(random.pick([50, 1_000, 5_000, 25_000, 61_000])) },
  daysPass: { weight: 0.3, run: ({ world }) => world.test.clock.set(world.test.clock.now() + 8 * 86_400_000) },
};
