import type { ConversationRef } from '../../../src/protocol/ids.ts';
import type { Message } from '../../../src/protocol/model.ts';
import type { FakeServer } from '../../../src/testing/fake-server.ts';
import type { Mailbox } from '../../../src/testing/fake-mailbox.ts';
import { CONVERSATIONS, SELF } from '../people.ts';
import type { Walk } from '../walk.ts';
import type { WalkTab } from '../walk-world.ts';

/** One thing that can happen. It answers false when there was nothing to do it to. */
export type Command = {
  readonly weight: number;
  readonly run: (walk: Walk) => unknown;
};

export type Commands = Readonly<Record<string, Command>>;

export const serverOf = (walk: Walk): FakeServer => walk.world.test.server;
export const ownBox = (walk: Walk): Mailbox => serverOf(walk).mailbox(SELF);

export function refOf({ conversationId, conversationType }: ConversationRef): ConversationRef {
  return { conversationId, conversationType };
}

/** A conversation that has something in it, any of them otherwise. */
export function someConversation(walk: Walk): ConversationRef {
  const listed = ownBox(walk).list();
  return refOf(walk.random.pick(listed.length > 0 && walk.random.next() < 0.8 ? listed : CONVERSATIONS));
}

/** A message of the account at the service, of any conversation. */
export function someMessage(walk: Walk, isWanted: (message: Message) => boolean = () => true): { ref: ConversationRef; message: Message } | undefined {
  const all = ownBox(walk)
    .list()
    .flatMap((ref) => ownBox(walk).history(ref).filter(isWanted).map((message) => ({ ref: refOf(ref), message })));
  return all.length === 0 ? undefined : walk.random.pick(all);
}

export function ofTab(act: (walk: Walk, tab: WalkTab) => unknown): (walk: Walk) => unknown {
  return (walk) => {
    const tabs = [...walk.world.tabs];
    return tabs.length === 0 ? false : act(walk, walk.random.pick(tabs));
  };
}
