import { conversationKey, type ConversationRef } from '../../../src/protocol/ids.ts';
import { eventually } from '../../support/proof/tab.ts';
import type { BrowserWalk } from './browser-walk.ts';
import { GROUP, KEYS, PEERS } from './people.ts';

/** One thing that can happen. It answers false when there was nothing to do it to. */
type Command = { readonly weight: number; readonly run: (walk: BrowserWalk) => unknown };

const single = (id: string) => ({ id, chatType: 'singleChat' as const });
const group = { id: GROUP, chatType: 'groupChat' as const };
const someone = ({ random }: BrowserWalk): string => random.pick(PEERS);
const somewhere = (walk: BrowserWalk): { id: string; chatType: 'singleChat' | 'groupChat' } => (walk.random.next() < 0.2 ? group : single(someone(walk)));
const refTo = ({ id, chatType }: ReturnType<typeof somewhere>): ConversationRef => ({ conversationId: id, conversationType: chatType });

function write(walk: BrowserWalk, from: string, to: ReturnType<typeof somewhere>): void {
  const isToUs = to.chatType === 'singleChat' && from !== walk.userId;
  walk.emulator.write({ from, to: isToUs ? walk.userId : to.id, chatType: to.chatType, text: `text ${walk.step()}` });
}

function call(name: string, method: string, argumentOf: (walk: BrowserWalk) => unknown): Command['run'] {
  return (walk) => (walk.tabs.length === 0 ? false : walk.begin(walk.random.pick(walk.tabs), name, method, argumentOf(walk)));
}

/** Acts on the newest message of others in a conversation. */
function onMessage(act: (walk: BrowserWalk, message: { readonly id: string; readonly from: string }) => unknown): Command['run'] {
  return (walk) => {
    const message = walk.emulator.state.history(walk.userId, single(someone(walk))).findLast(({ from }) => from !== walk.userId);
    return message === undefined ? false : act(walk, message);
  };
}

function clearing(walk: BrowserWalk): ConversationRef {
  const ref = refTo(somewhere(walk));
  walk.cleared.add(conversationKey(ref));
  return ref;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until every tab that shows a message shows it so; in vain, for a while, where it is not told yet. */
async function untilShown({ tabs }: BrowserWalk, id: string, text: string): Promise<void> {
  const textsIn = ({ page }: BrowserWalk['tabs'][number]) =>
    page.evaluate(([keys, wanted]) => keys.flatMap((key) => window.proof.timeline(key).messages.flatMap((shown) => (shown.id === wanted ? shown.text : []))), [KEYS, id] as const);
  const look = async (): Promise<void> => {
    const others = (await Promise.all(tabs.map(textsIn))).flat().filter((shown) => shown !== text);
    if (others.length > 0) throw new Error('shown as it was');
  };
  await eventually(look, { timeoutMs: 10_000 }).catch(() => undefined);
}

export const COMMANDS: Readonly<Record<string, Command>> = {
  otherWrites: { weight: 14, run: (walk) => write(walk, someone(walk), single(someone(walk))) },
  flood: {
    weight: 1,
    run(walk) {
      const peer = someone(walk);
      for (let each = 0; each < 70; each += 1) write(walk, peer, single(peer));
    },
  },
  groupWrites: { weight: 6, run: (walk) => write(walk, someone(walk), group) },
  ownDeviceWrites: { weight: 4, run: (walk) => write(walk, walk.userId, somewhere(walk)) },
  send: { weight: 8, run: call('send', 'chat.send', (walk) => ({ conversation: refTo(somewhere(walk)), type: 'txt', msg: `sent ${walk.step()}` })) },
  clearUnread: { weight: 6, run: call('clear', 'localCache.clearConversationUnreadCount', clearing) },
  readElsewhere: { weight: 3, run: (walk) => walk.emulator.elsewhere(walk.userId, somewhere(walk)).read() },
  edit: {
    weight: 2,
    run: onMessage(async (walk, { id }) => {
      const text = `edited ${walk.step()}`;
      walk.emulator.edit({ messageId: id, text });
      // It is told once: an engine that dies over it never learns of it.
      await pause(300);
      await untilShown(walk, id, text);
    }),
  },
  pinElsewhere: { weight: 2, run: (walk) => changeElsewhere(walk, (device) => device.pin()) },
  unpinElsewhere: { weight: 1, run: (walk) => changeElsewhere(walk, (device) => device.unpin()) },
  markElsewhere: { weight: 1, run: (walk) => changeElsewhere(walk, (device) => device.mark(3, { unset: walk.random.next() < 0.5 })) },
  readHistory: { weight: 2, run: call('history', 'contact.getHistoryMessages', (walk) => ({ targetId: someone(walk), chatType: 'singleChat', pageSize: 20 })) },
  refresh: { weight: 1, run: call('refresh', 'chat.refresh', () => undefined) },
  tabOpens: { weight: 2, run: (walk) => (walk.tabs.length >= 3 ? false : walk.openTab()) },
  tabCloses: { weight: 2, run: (walk) => (walk.tabs.length < 2 ? false : walk.closeTab(walk.random.pick(walk.tabs))) },
  killWorker: { weight: 1, run: (walk) => walk.killWorker() },
  socketsDrop: { weight: 1, run: (walk) => walk.emulator.dropSockets(walk.userId) },
  serviceFails: {
    weight: 2,
    run: ({ emulator, random }) => {
      const route = random.pick(['conversation-list', 'history'] as const);
      emulator.faults.add({ on: 'rest', type: 'status', route, status: random.pick([429, 500, 502]), times: 1 });
    },
  },
  serviceIsSlow: { weight: 1, run: ({ emulator }) => void emulator.faults.add({ on: 'rest', type: 'latency', ms: 400 }) },
  deliveriesWait: { weight: 2, run: ({ emulator, userId }) => void emulator.live.hold({ userId, kinds: ['message'] }) },
  deliveriesCome: {
    weight: 3,
    run: ({ emulator, random }) => {
      emulator.live.clear();
      return emulator.live.release({ order: 'shuffled', copies: random.pick([1, 2]), randomSeed: Math.floor(random.next() * 1_000) }) > 0;
    },
  },
  listLags: { weight: 1, run: ({ emulator }) => emulator.freezeLists() },
  listCatchesUp: { weight: 2, run: ({ emulator }) => emulator.thawLists() },
  timePasses: { weight: 4, run: ({ random }) => pause(random.pick([10, 100, 400])) },
};

/** What the emulator refuses (no such conversation, too many pins) was nothing to do. */
function changeElsewhere(walk: BrowserWalk, change: (device: ReturnType<BrowserWalk['emulator']['elsewhere']>) => void): boolean {
  try {
    change(walk.emulator.elsewhere(walk.userId, somewhere(walk)));
    return true;
  } catch {
    return false;
  }
}
