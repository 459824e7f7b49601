import type { ConversationRef } from '../../src/protocol/ids.ts';
import { SyncError } from '../../src/protocol/errors.ts';
import type { Message } from '../../src/protocol/model.ts';
import type { ServiceCall } from '../../src/testing/fake-faults.ts';
import { CONVERSATIONS, GROUPS, PEERS, SELF } from './people.ts';
import type { Walk } from './walk.ts';
import type { WalkTab } from './walk-world.ts';

/** One thing that can happen. It answers false when there was nothing to do it to. */
type Command = {
  readonly weight: number;
  readonly run: (walk: Walk) => unknown;
};

const server = (walk: Walk): Walk['world']['test']['server'] => walk.world.test.server;
const ownBox = (walk: Walk): ReturnType<Walk['world']['test']['server']['mailbox']> => server(walk).mailbox(SELF);

/** A conversation that has something in it, any of them otherwise. */
function someConversation({ random, world }: Walk): ConversationRef {
  const listed = world.test.server.mailbox(SELF).list();
  return random.pick(listed.length > 0 && random.next() < 0.8 ? listed : CONVERSATIONS);
}

function ofTab(act: (walk: Walk, tab: WalkTab) => unknown): (walk: Walk) => unknown {
  return (walk) => {
    const tabs = [...walk.world.tabs];
    return tabs.length === 0 ? false : act(walk, walk.random.pick(tabs));
  };
}

/**
 * What must not meet a kill, a lost connection or a lagging list, because the specification does not promise yet what
 * becomes of it then: everything rests before and after.
 */
function atRest(act: (walk: Walk) => unknown): (walk: Walk) => Promise<unknown> {
  return async (walk) => {
    if (!(await walk.becomeQuiet())) return false;
    const done = await act(walk);
    await walk.world.quiet();
    return done;
  };
}

function someMessage(walk: Walk, isWanted: (message: Message) => boolean = () => true): { ref: ConversationRef; message: Message } | undefined {
  const all = ownBox(walk)
    .list()
    .flatMap((ref) => ownBox(walk).history(ref).filter(isWanted).map((message) => ({ ref, message })));
  return all.length === 0 ? undefined : walk.random.pick(all);
}

/** Messages that a timeline shows, and the last of each conversation. */
function shownIds({ world }: Walk): ReadonlySet<string> {
  const items = [...world.tabs].flatMap(({ timelines }) => [...timelines.values()].flatMap(({ value }) => value?.items ?? []));
  const last = world.test.server.mailbox(SELF).list().flatMap(({ lastMessage }) => lastMessage?.id ?? []);
  return new Set([...items.flatMap((item) => (item.type === 'message' ? [item.message.id] : [])), ...last]);
}

/** Any single tab asks the service something that must be answered, and is waited for. */
function askAtRest(what: string, ask: (tab: WalkTab, walk: Walk) => Promise<unknown> | undefined): (walk: Walk) => Promise<unknown> {
  return atRest(async (walk) => {
    const tab = walk.random.pick([...walk.world.tabs]);
    const promise = ask(tab, walk);
    if (promise === undefined) return false;
    walk.world.pledge(what, tab, promise);
    await walk.world.quiet();
    return true;
  });
}

const READS: readonly ServiceCall[] = ['getConversations', 'getPinnedConversations', 'getHistory'];
const REQUESTS: readonly ServiceCall[] = [...READS, 'connect', 'acknowledgeConversation', 'send', 'renewToken'];
const GARBAGE: readonly unknown[] = [undefined, null, {}, 'Bad Gateway', { conversations: [{}], cursor: '' }, { messages: null, isLast: false }];

function inject(walk: Walk): void {
  const { random } = walk;
  const { faults } = server(walk);
  const name = random.pick(REQUESTS);
  const code = random.pick(['timeout', 'service-failed', 'rate-limited', 'offline'] as const);
  const error = new SyncError(code, 'a fault of the walk', code === 'rate-limited' ? { details: { retryAfterMs: 3_000 } } : {});
  const type = random.pick(['reject', 'lose-answer', 'hang', 'answer'] as const);
  // `offline` and `rate-limited` promise that nothing was done. OB3 is planned: a send of unknown outcome is not looked up.
  const mayLose = code !== 'offline' && code !== 'rate-limited' && name !== 'send';
  if (type === 'hang') faults.failNext(name, { type });
  else if (type === 'answer' && READS.includes(name)) faults.failNext(name, { type, value: random.pick(GARBAGE) });
  else if (type === 'lose-answer' && mayLose) faults.failNext(name, { type, error });
  else faults.failNext(name, error);
}

function write(walk: Walk, from: string, ref: ConversationRef): void {
  const isGroup = ref.conversationType === 'groupChat';
  const to = isGroup || from === SELF ? ref.conversationId : SELF;
  server(walk).write({ from, to, conversationType: ref.conversationType, text: `text ${walk.steps()}` });
}

export const COMMANDS: Readonly<Record<string, Command>> = {
  otherWrites: {
    weight: 18,
    run(walk) {
      const count = walk.random.next() < 0.1 ? 60 : 1 + Math.floor(walk.random.next() * 3);
      const peer = walk.random.pick(PEERS);
      for (let each = 0; each < count; each += 1) write(walk, peer, { conversationId: peer, conversationType: 'singleChat' });
    },
  },
  groupWrites: {
    weight: 8,
    run: (walk) => write(walk, walk.random.pick(PEERS), { conversationId: walk.random.pick(GROUPS), conversationType: 'groupChat' }),
  },
  // HB5 is partly kept: own messages are not kept for a device that is away, and only the list tells of them.
  ownDeviceWrites: { weight: 5, run: (walk) => (walk.isConnected() && !walk.isHolding() ? write(walk, SELF, walk.random.pick(CONVERSATIONS)) : false) },
  send: {
    weight: 10,
    run: ofTab((walk, tab) => {
      const conversation = walk.random.pick(CONVERSATIONS);
      const message = { conversation, type: 'txt', msg: `sent ${walk.steps()}` };
      walk.world.pledge('send', tab, tab.chat.send(message), ({ clientId }) => walk.noteSent(clientId, conversation));
    }),
  },
  clearUnread: {
    weight: 8,
    run: ofTab((walk, tab) => {
      walk.world.pledge('clear', tab, tab.chat.localCache.clearConversationUnreadCount(someConversation(walk)));
    }),
  },
  readElsewhere: { weight: 4, run: (walk) => server(walk).read(SELF, someConversation(walk)) },
  // HB7 is planned: a recall or an edit of a message that was not delivered yet, or that is lost itself, waits for nothing.
  recall: {
    weight: 3,
    run: atRest((walk) => {
      const found = someMessage(walk, ({ from }) => from !== SELF);
      if (found === undefined) return false;
      server(walk).recall(found.message.id);
      return true;
    }),
  },
  edit: {
    weight: 3,
    run: atRest((walk) => {
      const found = someMessage(walk);
      if (found === undefined) return false;
      server(walk).edit(found.message.id, `edited ${walk.steps()}`);
      return true;
    }),
  },
  // OB5 is planned: deletions, pins and marks do not wait in the outbox. SY6 is partly kept for pins and marks.
  deleteHere: {
    weight: 1,
    run: askAtRest('delete', (tab, walk) => {
      const { conversationId, conversationType } = someConversation(walk);
      return tab.chat.contact.deleteConversation({ channel: conversationId, chatType: conversationType, deleteRoam: walk.random.next() < 0.5 });
    }),
  },
  deleteElsewhere: {
    weight: 1,
    run: atRest((walk) => {
      const conversation = someConversation(walk);
      ownBox(walk).deleteConversation(conversation, { deleteRoam: false });
      server(walk).tell(SELF, { type: 'conversation-deleted', conversation });
    }),
  },
  removeHistoryHere: {
    weight: 2,
    run: askAtRest('remove history', (tab, walk) => {
      const found = someMessage(walk);
      if (found === undefined) return undefined;
      const target = { targetId: found.ref.conversationId, chatType: found.ref.conversationType };
      const what = walk.random.next() < 0.5 ? { messageIds: [found.message.id] } : { beforeTimeStamp: found.message.time };
      return tab.chat.contact.removeHistoryMessages({ ...target, ...what });
    }),
  },
  removeHistoryElsewhere: {
    weight: 1,
    run: atRest((walk) => {
      const found = someMessage(walk);
      if (found === undefined) return false;
      ownBox(walk).remove(found.ref, [found.message.id]);
      server(walk).tell(SELF, { type: 'history-removed', conversation: found.ref });
      return true;
    }),
  },
  pinHere: {
    weight: 1,
    run: askAtRest('pin', (tab, walk) => tab.chat.contact.pinConversation({ ...refOf(someConversation(walk)), isPinned: walk.random.next() < 0.6 })),
  },
  pinElsewhere: {
    weight: 1,
    run: atRest((walk) => {
      const conversation = refOf(someConversation(walk));
      const isPinned = walk.random.next() < 0.6;
      const time = isPinned ? 1_700_000_000_000 + walk.steps() : 0;
      ownBox(walk).pin(conversation, time);
      server(walk).tell(SELF, { type: 'pinned', conversation, isPinned, time });
    }),
  },
  markHere: {
    weight: 1,
    run: askAtRest('mark', (tab, walk) => {
      const options = { conversations: [refOf(someConversation(walk))], mark: walk.random.pick([0, 3, 19]) };
      return walk.random.next() < 0.6 ? tab.chat.contact.addConversationMark(options) : tab.chat.contact.removeConversationMark(options);
    }),
  },
  markElsewhere: {
    weight: 1,
    run: atRest((walk) => {
      const conversation = refOf(someConversation(walk));
      const mark = walk.random.pick([0, 3, 19]);
      const isMarked = walk.random.next() < 0.6;
      ownBox(walk).mark(conversation, mark, isMarked);
      server(walk).tell(SELF, { type: 'marked', conversation, mark, isMarked });
    }),
  },
  openTimeline: { weight: 5, run: ofTab((walk, tab) => tab.openTimeline(refOf(someConversation(walk)))) },
  closeTimeline: {
    weight: 2,
    run: ofTab((_walk, tab) => {
      const [key] = tab.timelines.keys();
      if (key === undefined) return false;
      return tab.closeTimeline(key);
    }),
  },
  loadOlder: {
    weight: 6,
    run: ofTab((walk, tab) => {
      const timelines = [...tab.timelines.values()];
      if (timelines.length === 0) return false;
      walk.world.pledge('load older', tab, walk.random.pick(timelines).loadOlder());
      return true;
    }),
  },
  readHistory: {
    weight: 3,
    run: ofTab((walk, tab) => {
      const { conversationId, conversationType } = someConversation(walk);
      const history = ownBox(walk).history({ conversationId, conversationType });
      const cursor = walk.random.next() < 0.5 || history.length === 0 ? '' : walk.random.pick(history).id;
      const searchDirection = walk.random.pick(['up', 'down'] as const);
      const pageSize = walk.random.pick([1, 7, 50]);
      walk.world.pledge('history', tab, tab.chat.contact.getHistoryMessages({ targetId: conversationId, chatType: conversationType, cursor, pageSize, searchDirection }));
    }),
  },
  readList: {
    weight: 2,
    run: ofTab((walk, tab) => walk.world.pledge('list', tab, tab.chat.contact.getServerConversations({ pageSize: walk.random.pick([1, 3, 50]) }))),
  },
  refresh: { weight: 3, run: ofTab((walk, tab) => walk.world.pledge('refresh', tab, tab.chat.refresh())) },
  signal: { weight: 3, run: ofTab((walk, tab) => tab.signal(walk.random.pick(['visible', 'hidden', 'pause', 'resume', 'online'] as const))) },
  tabOpens: {
    weight: 4,
    run: (walk) => {
      if (walk.world.tabs.size >= 4) return false;
      walk.openTabSoon();
      return true;
    },
  },
  tabCloses: { weight: 2, run: ofTab((walk, tab) => (walk.world.tabs.size > 1 ? tab.close() : false)) },
  tabCrashes: { weight: 2, run: ofTab((_walk, tab) => tab.crash()) },
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
  // HB5 is partly kept: that events were lost is noticed by the connection's end, not while it lasts, and what the
  // service did not keep for a device that is away is not noticed at all before the next list.
  eventsLost: {
    weight: 4,
    run(walk) {
      if (!walk.isConnected() || walk.isHolding()) return false;
      const end = server(walk).loseDeliveries();
      const count = 1 + Math.floor(walk.random.next() * 3);
      for (let each = 0; each < count; each += 1) {
        const peer = walk.random.pick(PEERS);
        write(walk, peer, { conversationId: peer, conversationType: 'singleChat' });
      }
      walk.world.test.service.dropConnections();
      end();
      return true;
    },
  },
  serviceFails: { weight: 8, run: inject },
  deliveriesWait: { weight: 2, run: (walk) => walk.holdDeliveries() },
  deliveriesCome: { weight: 3, run: (walk) => walk.releaseDeliveries() },
  deliveredAgain: {
    weight: 3,
    run(walk) {
      // An older one that was lost before would be no repetition, and would be taken for the newest (HB5).
      const known = shownIds(walk);
      const found = someMessage(walk, ({ id }) => known.has(id));
      if (found === undefined || walk.isHolding()) return false;
      server(walk).tell(SELF, { type: 'messages', messages: [found.message, found.message] });
      return true;
    },
  },
  listLags: { weight: 2, run: (walk) => walk.freezeList() },
  listCatchesUp: { weight: 3, run: (walk) => walk.thawList() },
  timePasses: { weight: 6, run: ({ world, random }) => world.test.clock.advance(random.pick([50, 1_000, 5_000, 25_000, 61_000])) },
};

function refOf({ conversationId, conversationType }: ConversationRef): ConversationRef {
  return { conversationId, conversationType };
}

