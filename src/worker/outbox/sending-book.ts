import type { ConversationKey } from '../../protocol/ids.ts';
import type { Environment } from '../environment.ts';

/** How often tabs are told of what goes on at most: more nobody can see, and of many messages most are sent by then. Unit: ms. */
const TELL_MS = 100;

/** Something that is being told to the service: how much of its file is uploaded, from 0 to 1; undefined: it has none. */
type Sent = { readonly conversation: ConversationKey; readonly share?: number };

/** What is being told to the service now. */
export interface SendingBook {
  /** By client id. */
  readonly entries: ReadonlyMap<string, Sent>;
  begin(clientId: string, conversation: ConversationKey): void;
  /** @param share From 0 to 1. */
  progress(clientId: string, share: number): void;
  /** @param isShown Whether it is waiting still: what has left the outbox is told of by its commit. */
  end(clientId: string, isShown: boolean): void;
}

/** @param options.onSending What is said of these conversations has changed. Ends are told at once, what goes on at most every {@link TELL_MS}. */
export function createSendingBook(options: {
  readonly environment: Pick<Environment, 'setTimer'>;
  readonly onSending: (keys: ReadonlySet<ConversationKey>) => void;
}): SendingBook {
  const entries = new Map<string, Sent>();
  let changed = new Set<ConversationKey>();
  let isToldSoon = false;

  const tell = (): void => {
    isToldSoon = changed.size > 0;
    if (!isToldSoon) return;
    options.environment.setTimer(tell, TELL_MS);
    const keys = changed;
    changed = new Set();
    options.onSending(keys);
  };
  const note = (key: ConversationKey): void => {
    changed.add(key);
    if (!isToldSoon) tell();
  };

  return {
    entries,
    begin(clientId, conversation) {
      entries.set(clientId, { conversation });
      note(conversation);
    },
    progress(clientId, share) {
      const sent = entries.get(clientId);
      if (sent === undefined) return;
      entries.set(clientId, { ...sent, share: Math.floor(share * 100) / 100 });
      note(sent.conversation);
    },
    end(clientId, isShown) {
      const sent = entries.get(clientId);
      entries.delete(clientId);
      if (sent !== undefined && isShown) options.onSending(new Set([sent.conversation]));
    },
  };
}
