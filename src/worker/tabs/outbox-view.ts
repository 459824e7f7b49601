import { parseConversationKey, type ConversationKey } from '../../protocol/ids.ts';
import type { OutboxItem } from '../../protocol/model.ts';
import type { OutboxEntry } from '../storage/storage.ts';
import type { LiveView } from './live-view.ts';
import { isSameState, waitingState, type Sending } from './timeline-items.ts';

type Items = ReadonlyMap<string, OutboxItem>;

/** What waits to be told to the service: patched by row. A change is looked for in the conversations it is about, not in all that waits. */
export function createOutboxView(source: { readonly outbox: () => readonly OutboxEntry[]; readonly loaded: Promise<void> }, sending: () => Sending): LiveView {
  const shown = new Map<ConversationKey, Items>();

  /** Items that say what they said stay the objects they are. */
  const read = (key: ConversationKey, before: Items | undefined): Items => {
    const items = new Map<string, OutboxItem>();
    for (const entry of source.outbox()) {
      if (entry.conversation !== key || entry.type === 'acknowledge') continue;
      const { clientId, createdAt } = entry;
      const state = waitingState(entry, sending());
      const known = before?.get(clientId);
      const kind = entry.type === 'send' ? 'message' : entry.command.kind;
      items.set(clientId, known && isSameState(known.state, state) ? known : { clientId, kind, conversation: parseConversationKey(key), createdAt, state });
    }
    if (items.size > 0) shown.set(key, items);
    else shown.delete(key);
    return items;
  };

  return {
    open: () => source.loaded,
    snapshot() {
      const entries = source.outbox();
      for (const key of new Set([...shown.keys(), ...entries.map(({ conversation }) => conversation)])) read(key, shown.get(key));
      return { query: 'outbox', value: { items: entries.flatMap((entry) => ('clientId' in entry && shown.get(entry.conversation)?.get(entry.clientId)) || []) } };
    },
    take(change) {
      const keys = change.type === 'sending' ? [change.conversation] : change.type === 'commit' ? [...change.commit.outbox] : [];
      const upserts: OutboxItem[] = [];
      const removes: string[] = [];
      for (const key of keys) {
        const before = shown.get(key);
        const now = read(key, before);
        for (const [clientId, item] of now) if (before?.get(clientId) !== item) upserts.push(item);
        for (const clientId of before?.keys() ?? []) if (!now.has(clientId)) removes.push(clientId);
      }
      return upserts.length + removes.length === 0 ? undefined : { query: 'outbox', patch: { upserts, removes } };
    },
  };
}
