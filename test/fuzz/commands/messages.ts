import type { ConversationRef } from '../../../src/protocol/ids.ts';
import type { Message } from '../../../src/protocol/model.ts';
import { CONVERSATIONS, GROUPS, PEERS, SELF } from '../people.ts';
import type { Walk } from '../walk.ts';
import { ownBox, serverOf, someMessage, type Commands } from './command.ts';

export function write(walk: Walk, from: string, ref: ConversationRef): void {
  const isGroup = ref.conversationType === 'groupChat';
  const to = isGroup || from === SELF ? ref.conversationId : SELF;
  const mention = from !== SELF && walk.random.next() < 0.15 ? { ext: { em_at_list: walk.random.pick(['ALL', [SELF, 'dave'], ['dave']]) } } : {};
  serverOf(walk).write({ from, to, conversationType: ref.conversationType, text: `text ${walk.steps()}`, ...mention });
}

export const single = (conversationId: string): ConversationRef => ({ conversationId, conversationType: 'singleChat' });

/** Messages that a timeline shows, and the last of each conversation. */
function shownIds(walk: Walk): ReadonlySet<string> {
  const items = [...walk.world.tabs].flatMap(({ timelines }) => [...timelines.values()].flatMap(({ value }) => value?.items ?? []));
  const last = ownBox(walk).list().flatMap(({ lastMessage }) => lastMessage?.id ?? []);
  return new Set([...items.flatMap((item) => (item.type === 'message' ? [item.message.id] : [])), ...last]);
}

/** Does something to a message; what the service tells of it is told again if the engine dies over it. */
function change(isWanted: (message: Message) => boolean, act: (walk: Walk, message: Message) => void): (walk: Walk) => unknown {
  return (walk) => {
    const found = someMessage(walk, isWanted);
    if (found === undefined) return false;
    walk.tellOf(found.ref, found.message.id);
    return act(walk, found.message);
  };
}

/** What happens to messages: written, changed, delivered. */
export const messageCommands: Commands = {
  otherWrites: {
    weight: 18,
    run(walk) {
      const count = walk.random.next() < 0.1 ? 60 : 1 + Math.floor(walk.random.next() * 3);
      const peer = walk.random.pick(PEERS);
      for (let each = 0; each < count; each += 1) write(walk, peer, single(peer));
    },
  },
  groupWrites: {
    weight: 8,
    run: (walk) => write(walk, walk.random.pick(PEERS), { conversationId: walk.random.pick(GROUPS), conversationType: 'groupChat' }),
  },
  ownDeviceWrites: { weight: 5, run: (walk) => write(walk, SELF, walk.random.pick(CONVERSATIONS)) },
  recall: { weight: 3, run: change(({ from }) => from !== SELF, (walk, { id }) => serverOf(walk).recall(id)) },
  edit: { weight: 3, run: change(() => true, (walk, { id }) => serverOf(walk).edit(id, `edited ${walk.steps()}`)) },
  react: {
    weight: 3,
    run: change(
      () => true,
      (walk, { id }) => serverOf(walk).react({ messageId: id, userId: walk.random.pick([SELF, ...PEERS]), reaction: walk.random.pick(['ok', 'no']), isAdded: walk.random.next() < 0.7 }),
    ),
  },
  pinMessage: { weight: 2, run: change(() => true, (walk, { id }) => serverOf(walk).pinMessage(id, walk.random.next() < 0.6 ? walk.random.pick(PEERS) : null)) },
  arrives: {
    weight: 2,
    run: change(
      ({ from, chatType }) => from === SELF && chatType === 'singleChat',
      (walk, { id }) => {
        walk.noteReceipt(id, 'delivered');
        serverOf(walk).deliver(id);
      },
    ),
  },
  isRead: {
    weight: 2,
    run: change(
      ({ from }) => from === SELF,
      (walk, { id }) => {
        walk.noteReceipt(id, 'read');
        serverOf(walk).readMessage(id, walk.random.pick(PEERS));
      },
    ),
  },
  commands: { weight: 1, run: (walk) => void serverOf(walk).command({ from: walk.random.pick(PEERS), to: SELF, action: `act ${walk.steps()}` }) },
  deliveredAgain: {
    weight: 3,
    run(walk) {
      // An older one that was lost before would be no repetition, and would be taken for the newest (HB5).
      const known = shownIds(walk);
      const found = someMessage(walk, ({ id }) => known.has(id));
      if (found === undefined || walk.isHolding()) return false;
      serverOf(walk).tell(SELF, { type: 'messages', messages: [found.message, found.message] });
      return true;
    },
  },
};
