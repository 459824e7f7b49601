import { conversationKey, type ConversationKey, type ConversationRef, type Position } from '../../src/protocol/ids.ts';
import type { Message } from '../../src/protocol/model.ts';
import { SELF } from './people.ts';
import { createRandom, type Random } from '../../emulator/seed-random.ts';
import { COMMANDS } from './commands.ts';
import { checkRest } from './rest.ts';
import { createWalkWorld, type WalkWorld } from './walk-world.ts';

/** A message that `send` promised to keep. */
export type Sent = { readonly clientId: string; readonly conversation: ConversationRef };

export type Receipt = NonNullable<Message['receipt']>;

/** A walk under way, as its commands see it. */
export interface Walk {
  readonly world: WalkWorld;
  readonly random: Random;
  steps(): number;
  noteSent(clientId: string, conversation: ConversationRef): void;
  sent(): readonly Sent[];
  /** Somebody wanted to take it back, in time or not. */
  noteRecalled(clientId: string): void;
  wasRecalled(clientId: string): boolean;
  /** Whether it was sent before the last rest: nobody looks for it any more. */
  isDone(clientId: string): boolean;
  forgetSent(): void;
  /**
   * Notes what the service tells only once: an engine that dies before it has stored it, or is not there to hear it
   * (`isKept`: the service keeps it for a device that is away), never learns of it. `again` is called at the next rest then.
   */
  noteTold(again: () => void, options: { readonly isKept: boolean }): void;
  /** The same for all that can be told of one message. */
  tellOf(ref: ConversationRef, messageId: string): void;
  /** Up to where another device of the user has read. */
  readThrough(ref: ConversationRef): Position | null;
  /** What a deletion asked for here took at the service: what had landed there since it was asked for may count as read, or not. */
  deletedThrough(ref: ConversationRef): Position | null;
  /** Another device reads all there is now. */
  noteRead(ref: ConversationRef): void;
  /** How far an own message has come at the other side. It only ever gets further. */
  noteReceipt(messageId: string, receipt: Receipt): void;
  receipt(messageId: string, key: ConversationKey): Receipt | undefined;
  /** History was removed elsewhere: what is stored of the conversation is read anew, and history tells of no receipts. */
  noteRemoval(ref: ConversationRef): void;
  wasRemovedFrom(ref: ConversationRef): boolean;
  /** What only events tell of the conversation's messages may be forgotten. */
  noteUntold(ref: ConversationRef): void;
  openTabSoon(): void;
  /** Whether the list comes in many pages, so that reading its head does not read all of it (SY9). */
  readonly isSmallPaged: boolean;
  /** Whether the list is shorter than there are conversations. */
  readonly isListLimited: boolean;
  /** Whether the list names conversations without a message; else only events tell of them. */
  readonly includeEmptyConversations: boolean;
  isConnected(): boolean;
  isHolding(): boolean;
  holdDeliveries(): void;
  /** Hands over what waited: shuffled, some of it twice. */
  releaseDeliveries(): Promise<boolean>;
  freezeList(): void;
  thawList(): void;
  /** Ends what disturbs and waits for rest. @returns Whether there is a tab, and a connection. */
  becomeQuiet(): Promise<boolean>;
  /** Ends every disturbance, those that only time ends included. */
  heal(): Promise<void>;
}

/** What a walk did, by the command's name. */
export type WalkReport = { readonly counts: ReadonlyMap<string, number>; readonly rests: number };

/** What is read is acknowledged by then. Unit: ms. */
export const ACKNOWLEDGED_MS = 1_000;
/** The longest list, where it is limited. Unit: conversations. */
const LISTED = 4;
/** Commands between two rests. Unit: commands. */
const STRETCH = 30;

/**
 * Walks: commands drawn from the seed, now and then a rest at which everything is compared with the service.
 *
 * @param options.seed Equal seeds draw equal commands.
 * @throws An error that names the seed, the step and the last commands.
 */
export async function runWalk(options: { readonly seed: number; readonly steps: number }): Promise<WalkReport> {
  const { seed, steps } = options;
  const random = createRandom(seed);
  const isSmallPaged = random.next() < 0.25;
  const listPageSize = isSmallPaged ? 2 : 50;
  const includeEmptyConversations = random.next() < 0.5;
  const world = createWalkWorld({ engine: { listPageSize, headSize: random.pick([1, 30]), includeEmptyConversations } });
  // The service keeps a hundred for a user (SY3): here it keeps some of seven.
  const isListLimited = random.next() < 0.3;
  if (isListLimited) world.test.server.limitLists(LISTED);
  const walk = createWalk({ world, random, steps: () => step, isSmallPaged, isListLimited, includeEmptyConversations });
  const names = Object.entries(COMMANDS).flatMap(([name, { weight }]) => Array<string>(Math.ceil(weight * 10)).fill(name));
  const counts = new Map<string, number>();
  const trail: string[] = [];
  let step = 0;
  let rests = 0;
  try {
    await world.openTab();
    for (; step < steps; step += 1) {
      const name = random.pick(names);
      trail.push(name);
      const done = await COMMANDS[name]?.run(walk);
      if (done !== false) counts.set(name, (counts.get(name) ?? 0) + 1);
      await world.turns(Math.floor(random.next() * 10));
      if ((step + 1) % STRETCH === 0 || step + 1 === steps) {
        await walk.heal();
        await checkRest(walk);
        rests += 1;
        trail.length = 0;
      }
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`seed ${seed}, step ${step} of ${steps} (page size ${listPageSize}): ${why}\n  since the last rest: ${trail.join(' ')}`, { cause });
  } finally {
    await world.close();
  }
  return { counts, rests };
}

function createWalk(parts: Pick<Walk, 'world' | 'random' | 'steps' | 'isSmallPaged' | 'isListLimited' | 'includeEmptyConversations'>): Walk {
  const { world, random } = parts;
  const { service, server } = world.test;
  let sent: readonly Sent[] = [];
  const recalled = new Set<string>();
  const done = new Set<string>();
  let release: ReturnType<typeof server.holdDeliveries> | undefined;
  let thaw: (() => void) | undefined;
  const opening = new Set<Promise<unknown>>();
  const receipts = new Map<string, Receipt>();
  const noteRead = (ref: ConversationRef): void => {
    const last = server.mailbox(SELF).history(ref).at(-1);
    if (last !== undefined) read.set(conversationKey(ref), last);
  };
  const box = server.mailbox(SELF);
  const { deleteConversation } = box;
  const deleted = new Map<ConversationKey, Position>();
  // What the service delivers after a deletion was written after it, as far as an engine can tell.
  box.deleteConversation = (ref, deletion) => {
    release?.(shuffled);
    release = undefined;
    const last = box.history(ref).at(-1);
    if (last !== undefined) deleted.set(conversationKey(ref), last);
    deleteConversation(ref, deletion);
  };
  const removedFrom = new Set<ConversationKey>();
  const untold = new Set<ConversationKey>();
  const read = new Map<ConversationKey, Position>();
  let told: readonly { readonly again: () => void; readonly deathsBefore: number }[] = [];
  let missed: readonly (() => void)[] = [];

  const noteTold: Walk['noteTold'] = (again, { isKept }) => {
    if (isKept || isConnected()) told = [...told, { again, deathsBefore: world.deaths() }];
    else missed = [...missed, again];
  };

  const tellOf = (conversation: ConversationRef, messageId: string): void => {
    const again = (): void => {
      const message = server.mailbox(SELF).find(messageId)?.message;
      if (message === undefined) return server.tell(SELF, { type: 'recalled', conversation, messageId });
      if (message['modifiedInfo'] !== undefined) server.tell(SELF, { type: 'edited', message });
      server.tell(SELF, { type: 'reactions', conversation, messageId, reactions: message.reactions ?? [] });
      server.tell(SELF, { type: 'message-pinned', conversation, messageId, pin: message.pin ?? null });
      const receipt = receipts.get(messageId);
      if (receipt !== undefined) server.tell(SELF, { type: receipt, conversation, messageId });
    };
    noteTold(again, { isKept: true });
  };

  /** What a living, connected engine was told is stored by now; what a dead one was told may be not. */
  const sortTold = (): void => {
    const lost = told.filter(({ deathsBefore }) => deathsBefore < world.deaths());
    missed = [...missed, ...lost.map(({ again }) => again)];
    told = isConnected() ? [] : told.filter((one) => !lost.includes(one));
  };

  const shuffled = (messages: readonly Message[]): readonly Message[] => {
    const twice = messages.filter(() => random.next() < 0.3);
    return [...messages, ...twice].map((message) => ({ message, place: random.next() })).sort((a, b) => a.place - b.place).map(({ message }) => message);
  };

  const openTabSoon = (): void => {
    const tab = world.openTab();
    opening.add(tab);
    void tab.finally(() => opening.delete(tab));
  };

  const thawList = (): void => {
    thaw?.();
    thaw = undefined;
  };

  const releaseDeliveries = async (): Promise<boolean> => {
    if (release === undefined) return false;
    release(shuffled);
    release = undefined;
    await world.quiet();
    return true;
  };

  const statuses = (): readonly string[] => [...world.tabs].map(({ chat }) => chat.status.value?.type ?? 'unknown');
  const isConnected = (): boolean => server.connections('alice').length > 0;

  const catchUp = async (): Promise<void> => {
    sortTold();
    for (const again of missed) again();
    missed = [];
    await world.quiet();
    await world.quietAfter(ACKNOWLEDGED_MS);
  };

  const becomeQuiet = async (): Promise<boolean> => {
    world.armKill(undefined);
    thawList();
    server.faults.forget();
    await releaseDeliveries();
    await world.quiet();
    sortTold();
    return world.tabs.size > 0 && isConnected() && statuses().every((type) => type === 'live');
  };

  return {
    ...parts,
    sent: () => sent,
    noteSent: (clientId, conversation) => void (sent = [...sent, { clientId, conversation }]),
    noteRecalled: (clientId) => void recalled.add(clientId),
    wasRecalled: (clientId) => recalled.has(clientId),
    isDone: (clientId) => done.has(clientId),
    forgetSent() {
      for (const { clientId } of sent) done.add(clientId);
      sent = [];
    },
    noteTold,
    tellOf,
    deletedThrough: (ref) => deleted.get(conversationKey(ref)) ?? null,
    readThrough: (ref) => read.get(conversationKey(ref)) ?? null,
    noteRead,
    noteReceipt: (id, receipt) => void (receipts.get(id) === 'read' || receipts.set(id, receipt)),
    receipt: (id, key) => (untold.has(key) ? undefined : receipts.get(id)),
    noteRemoval(ref) {
      removedFrom.add(conversationKey(ref));
      for (const { id } of server.history(SELF, ref)) receipts.delete(id);
    },
    noteUntold: (ref) => void untold.add(conversationKey(ref)),
    wasRemovedFrom: (ref) => removedFrom.has(conversationKey(ref)),
    openTabSoon,
    isConnected,
    isHolding: () => release !== undefined,
    holdDeliveries: () => void (release ??= server.holdDeliveries()),
    releaseDeliveries,
    freezeList: () => void (thaw ??= server.freezeLists()),
    thawList,
    becomeQuiet,
    async heal() {
      service.setReachable(true);
      await becomeQuiet();
      for (const tab of world.tabs) for (const signal of ['resume', 'visible', 'focused', 'online'] as const) tab.signal(signal);
      if (world.tabs.size === 0) openTabSoon();
      // Longer than any deadline: what was never answered is given up, what waits for its turn gets it.
      for (let round = 0; round < 40; round += 1) {
        await world.test.clock.advance(5_000);
        await world.quiet();
      }
      await Promise.all(opening);
      // A pause outlives the tab that asked for it.
      for (const tab of world.tabs) world.pledge('resume', tab, tab.chat.backfill.resume());
      for (let round = 0; round < 60 && !statuses().every((type) => type === 'live'); round += 1) {
        await world.test.clock.advance(5_000);
        await world.quiet();
      }
      await catchUp();
    },
  };
}
