import type { ConversationRef } from '../../src/protocol/ids.ts';

/** Whose account is walked over. */
export const SELF = 'alice';

/** Those who write to it, and the groups all are in. */
export const PEERS: readonly string[] = ['bob', 'carol', 'dave', 'erin', 'frank'];
export const GROUPS: readonly string[] = ['team', 'club'];

export const CONVERSATIONS: readonly ConversationRef[] = [
  ...PEERS.map((conversationId): ConversationRef => ({ conversationId, conversationType: 'singleChat' })),
  ...GROUPS.map((conversationId): ConversationRef => ({ conversationId, conversationType: 'groupChat' })),
];
