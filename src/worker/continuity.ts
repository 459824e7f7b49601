import type { ConversationKey } from '../protocol/ids.ts';

/** What is known of the completeness of the newest messages since the connection was made (HB5). */
export interface Continuity {
  /** Names the present connection. */
  session(): number;
  /** How often a proof of any conversation was forgotten. */
  lapses(): number;
  /** Whether nothing can be missing at the newest end of the conversation, as far as that connection knows. */
  isCurrent(key: ConversationKey, session: number): boolean;
  /** The list was read since the connection was made: from now on what is delivered is proof. */
  listed(): void;
  /** Whether what that connection delivers is proof. Before, it may be what the service kept: a lossy subset, in any number of parts. */
  isListed(session: number): boolean;
  /** Notes a proof. One from an earlier connection is no proof and is ignored. */
  confirm(key: ConversationKey, session: number): void;
  /** Forgets the proof of one conversation. */
  doubt(key: ConversationKey): void;
  /** The connection was lost: everything has to be proven again. */
  restart(): void;
}

/** Makes the memory of what was proven. It is not stored: a new engine has been away. */
export function createContinuity(): Continuity {
  const current = new Set<ConversationKey>();
  let session = 1;
  let lapses = 0;
  let listed = 0;
  return {
    session: () => session,
    lapses: () => lapses,
    isCurrent: (key, asked) => asked === session && current.has(key),
    listed() {
      listed = session;
    },
    isListed: (asked) => asked === listed,
    confirm(key, proven) {
      if (proven === session) current.add(key);
    },
    doubt(key) {
      lapses += 1;
      current.delete(key);
    },
    restart() {
      session += 1;
      lapses += 1;
      current.clear();
    },
  };
}
