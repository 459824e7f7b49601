import { groupNames, lines, peopleNames } from './seed-texts.ts';
import { createRandom, type Random } from './seed-random.ts';
import { toBody } from './msync/message-body.ts';
import { type Address } from './state/messaging.ts';
import { publish } from './state/publish.ts';
import { type ChatType, type StoredMessage } from './state/channel.ts';
import { type World } from './state/world.ts';

export type SeedOptions = {
  /** Only when the emulator is created. Default 'moorage#demo'. */
  readonly appKey?: string;
  /** Users that can log in, password `secret` for all. Default alice, bob, carol. */
  readonly accounts?: readonly string[];
  /** Conversations of the owner, a quarter of them groups. Default 40. */
  readonly conversations?: number;
  readonly messagesPerConversation?: number;
  /** Of each conversation, or by its place in the list (0 is the most recent). Default 0; `readable`: a few. */
  readonly unreadPerConversation?: number | ((index: number) => number);
  /** Whose list is filled. Default: the first account. */
  readonly owner?: string;
  readonly randomSeed?: number;
  /** Time of the oldest message, in ms. Default: so that the newest is a minute old. */
  readonly startTime?: number;
  /** Human-looking names and texts instead of `peer-0001` and `message 3`. */
  readonly readable?: boolean;
  /** What became of some messages too, and do-not-disturb: see `seedStories`. */
  readonly stories?: boolean;
};

/** The accounts and whose list is filled, as `seed` takes them. */
export function castOf(options: SeedOptions): { readonly accounts: readonly string[]; readonly owner: string } {
  const accounts = options.accounts ?? ['alice', 'bob', 'carol'];
  return { accounts, owner: options.owner ?? accounts[0] ?? 'alice' };
}

/** Time between two seeded messages, in ms: 2,400 of them fill five days. */
const stepMs = 180_000;

type Plan = { readonly chatType: ChatType; readonly id: string; readonly members: readonly string[] };

/**
 * Fills the owner's list. The same options give the same names, texts, order and unread counts; with `startTime` the
 * same times and ids in a fresh emulator as well.
 *
 * - Conversation 0 is the most recent. Every fourth is a group; the first singles are the other accounts.
 * - Messages interleave: in each round every conversation gets one.
 */
export function seed(world: World, options: SeedOptions = {}): void {
  const { accounts, owner } = castOf(options);
  const conversations = options.conversations ?? 40;
  const rounds = options.messagesPerConversation ?? 60;
  const random = createRandom(options.randomSeed ?? 1);
  const startTime = options.startTime ?? world.now() - 60_000 - conversations * rounds * stepMs;
  for (const userId of [owner, ...accounts]) world.account(userId);

  const plans = plan({ accounts, owner, conversations, readable: options.readable === true });
  for (const { chatType, id, members } of plans) {
    for (const member of members) world.account(member);
    if (chatType === 'groupChat') world.groups.set(id, new Set(members));
  }
  const unread = plans.map((_, index) => Math.min(rounds, unreadOf(options, index)));
  for (let round = 0; round < rounds; round += 1) {
    for (let index = plans.length - 1; index >= 0; index -= 1) {
      const { chatType, id, members } = plans[index] as Plan;
      const isUnread = round >= rounds - (unread[index] ?? 0);
      const from = pickSender(random, members, isUnread ? owner : undefined);
      const time = startTime + (round * plans.length + (plans.length - 1 - index)) * stepMs;
      const to = chatType === 'groupChat' ? id : (members.find((member) => member !== from) ?? id);
      const msg = options.readable === true ? random.pick(lines) : `message ${round} of ${id}`;
      store(world, { from, to, chatType }, time, msg);
    }
  }
  // Quietest first, so that each goes to the end of the sorted list.
  for (let index = plans.length - 1; index >= 0; index -= 1) {
    const { chatType, id, members } = plans[index] as Plan;
    for (const member of members) {
      const peer = chatType === 'groupChat' ? id : (members.find((other) => other !== member) ?? id);
      list(world, { member, peer, chatType, unread: member === owner ? (unread[index] ?? 0) : 0 });
    }
  }
}

function plan(options: {
  accounts: readonly string[];
  owner: string;
  conversations: number;
  readable: boolean;
}): Plan[] {
  const others = options.accounts.filter((account) => account !== options.owner);
  const plans: Plan[] = [];
  let singles = 0;
  let groups = 0;
  for (let index = 0; index < options.conversations; index += 1) {
    if (index % 4 === 1) {
      const id = nameAt(options.readable ? groupNames : [], groups, 'group');
      groups += 1;
      plans.push({
        chatType: 'groupChat',
        id,
        members: [options.owner, ...(others.length > 0 ? others : ['peer-0001'])],
      });
    } else {
      const id = others[singles] ?? nameAt(options.readable ? peopleNames : [], singles - others.length, 'peer');
      singles += 1;
      plans.push({ chatType: 'singleChat', id, members: [options.owner, id] });
    }
  }
  return plans;
}

function nameAt(names: readonly string[], index: number, prefix: string): string {
  return names[index] ?? `${prefix}-${String(index + 1).padStart(4, '0')}`;
}

function unreadOf({ unreadPerConversation, readable }: SeedOptions, index: number): number {
  if (typeof unreadPerConversation === 'function') return unreadPerConversation(index);
  if (unreadPerConversation !== undefined) return unreadPerConversation;
  return readable === true && index % 3 === 0 && index < 12 ? (index % 5) + 1 : 0;
}

function pickSender(random: Random, members: readonly string[], except: string | undefined): string {
  return random.pick(members.filter((member) => member !== except));
}

/** Puts a text into the history of its conversation, told to nobody. */
export function store(world: World, address: Address, time: number, msg: string): void {
  const message: StoredMessage = {
    ...address,
    id: world.nextId(time),
    time,
    resource: undefined,
    body: toBody(address, { type: 'txt', msg }),
    payload: undefined,
    edits: 0,
    traces: undefined,
  };
  world.messages.set(message.id, message);
  world.channel(address.chatType, address.from, address.to).add(message);
}

function list(world: World, options: { member: string; peer: string; chatType: ChatType; unread: number }): void {
  const account = world.account(options.member);
  const conversation = world.conversation(account, options.chatType, options.peer);
  const { messages } = conversation.channel;
  conversation.listed = true;
  conversation.activity = messages.at(-1)?.id ?? world.nextId(world.now());
  conversation.readThrough = messages.at(-1 - options.unread)?.id ?? '0';
  conversation.unread = options.unread;
  publish(world, account, conversation);
}
