import { parseConversationKey, type ConversationKey } from '../../protocol/ids.ts';
import type { OutboxItem } from '../../protocol/model.ts';
import type { OutboxEntry } from '../storage/storage.ts';
import { isSameData } from '../same-data.ts';
import type { Change, LiveView } from './live-view.ts';
import { isNothing, waitingState, type Sending } from './timeline-items.ts';

type Shown = { readonly key: ConversationKey; readonly item: OutboxItem };

/** What waits to be told to the service: patched by row. Items that say what they said stay the objects they are. */
export function createOutboxView(source: { readonly outbox: () => readonly OutboxEntry[]; readonly loaded: Promise<void> }, sending: () => Sending): LiveView {
  /** By client id, in the order in which they wait. */
  const shown = new Map<string, Shown>();

  /** Reads what waits anew. @param keys The conversations in which something may have changed; left out: all. */
  const read = (keys?: ReadonlySet<ConversationKey>): { readonly upserts: OutboxItem[]; readonly removes: string[] } => {
    const upserts: OutboxItem[] = [];
    const gone = new Set<string>();
    for (const [clientId, { key }] of shown) if (keys?.has(key) !== false) gone.add(clientId);
    for (const entry of source.outbox()) {
      if (entry.type === 'acknowledge' || keys?.has(entry.conversation) === false) continue;
      const { clientId, createdAt, conversation: key } = entry;
      gone.delete(clientId);
      const state = waitingState(entry, sending());
      const known = shown.get(clientId);
      if (known !== undefined && isSameData(known.item.state, state)) continue;
      const kind = entry.type === 'send' ? 'message' : entry.command.kind;
      const item: OutboxItem = { clientId, kind, conversation: parseConversationKey(key), createdAt, state };
      shown.set(clientId, { key, item });
      upserts.push(item);
    }
    for (const clientId of gone) shown.delete(clientId);
    return { upserts, removes: [...gone] };
  };

  const touched = (change: Change): ReadonlySet<ConversationKey> | undefined =>
    change.type === 'sending' ? change.conversations : change.type === 'commit' ? change.commit.outbox : undefined;

  return {
    open: () => source.loaded,
    snapshot() {
      read();
      return { query: 'outbox', value: { items: [...shown.values()].map(({ item }) => item) } };
    },
    take(change) {
      const keys = touched(change);
      if (keys === undefined || keys.size === 0) return undefined;
      const patch = read(keys);
      return isNothing(patch) ? undefined : { query: 'outbox', patch };
    },
  };
}
