import { castOf, store, type SeedOptions } from './seed.ts';
import { createRandom } from './seed-random.ts';
import { lines } from './seed-texts.ts';
import { toBody } from './msync/message-body.ts';
import { type StoredMessage } from './state/channel.ts';
import { conversationKey, type Conversation } from './state/conversation.ts';
import { tracesOf } from './state/traces.ts';
import { type World } from './state/world.ts';

/** Older messages of the long conversation: with those of the seed more than a device's queue keeps. */
const olderMessages = 720;

/** Time between two of them, in ms. */
const stepMs = 240_000;

/**
 * Gives a seeded list something to look at, told to nobody.
 *
 * - The second group is silenced. The three most recent groups mention the owner in their newest message of another.
 * - The most recent single chat and group have reactions; in the group a message is pinned.
 * - In the second single chat a message was edited; the third is more than 700 messages long.
 */
export function seedStories(world: World, options: SeedOptions): void {
  const { owner } = castOf(options);
  const account = world.account(owner);
  const rows = account.list.all();
  const groups = rows.filter((row) => row.chatType === 'groupChat');
  const [first, second, third] = rows.filter((row) => row.chatType === 'singleChat');

  const muted = groups[1] ?? groups[0];
  if (muted !== undefined) account.silent.set(conversationKey('groupChat', muted.id), { type: 'NONE' });
  for (const group of groups.slice(0, 3)) mention(group, owner);
  if (first !== undefined) react(first, owner, ['👍', '❤️', '⛵']);
  if (groups[0] !== undefined) {
    react(groups[0], owner, ['😂', '⚓']);
    pin(groups[0], owner, world.now());
  }
  if (second !== undefined) edit(second, owner);
  if (third !== undefined) lengthen(world, third, owner, options.randomSeed ?? 1);
}

function newestOfOthers({ channel }: Conversation, owner: string): StoredMessage | undefined {
  return channel.last((message) => message.from !== owner);
}

function textOf(message: StoredMessage): string {
  return message.body.contents?.[0]?.text ?? '';
}

function mention(group: Conversation, owner: string): void {
  const message = newestOfOthers(group, owner);
  if (message === undefined) return;
  message.body = toBody(message, { type: 'txt', msg: `@${owner} ${textOf(message)}` }, { em_at_list: [owner] });
}

/** The newest messages, one reaction each: the first from whoever did not write it, the others from both sides. */
function react(conversation: Conversation, owner: string, reactions: readonly string[]): void {
  const { messages } = conversation.channel;
  const other = newestOfOthers(conversation, owner)?.from ?? owner;
  for (const [index, reaction] of reactions.entries()) {
    const message = messages.at(-2 - index);
    if (message === undefined) return;
    const users = index === 0 ? [message.from === owner ? other : owner] : [other, owner];
    tracesOf(message).reactions.set(reaction, new Set(users));
  }
}

function pin({ channel }: Conversation, owner: string, at: number): void {
  const message = channel.last((candidate) => candidate.from !== owner);
  if (message !== undefined) channel.pins.unshift({ message, at, by: message.from });
}

function edit(conversation: Conversation, owner: string): void {
  const message = newestOfOthers(conversation, owner);
  if (message === undefined) return;
  message.edits = 1;
  message.body = {
    ...message.body,
    contents: [{ ...message.body.contents?.[0], text: `${textOf(message)} (18:50)` }],
    meta: JSON.stringify({
      edit_msg: {
        count: 1,
        operator: message.from,
        edit_time: message.time + 30_000,
        sender: message.from,
        send_time: message.time,
        chat_type: 'chat:user',
      },
    }),
  };
}

function lengthen(world: World, { id, chatType, channel }: Conversation, owner: string, randomSeed: number): void {
  const random = createRandom(randomSeed);
  const oldest = channel.messages[0]?.time ?? world.now();
  for (let index = olderMessages; index > 0; index -= 1) {
    const isOwn = random.next() < 0.5;
    const address = { from: isOwn ? owner : id, to: isOwn ? id : owner, chatType };
    store(world, address, oldest - index * stepMs, random.pick(lines));
  }
}
