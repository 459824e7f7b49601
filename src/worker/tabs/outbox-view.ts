import { parseConversationKey } from '../../protocol/ids.ts';
import type { OutboxItem } from '../../protocol/model.ts';
import type { OutboxEntry } from '../storage/storage.ts';
import type { LiveView } from './live-view.ts';
import { isSameState, waitingState, type Sending } from './timeline-items.ts';

/** What waits to be told to the service: patched by row. */
export function createOutboxView(source: { readonly outbox: () => readonly OutboxEntry[]; readonly loaded: Promise<void> }, sending: () => Sending): LiveView {
  let shown = new Map<string, OutboxItem>();

  /** Items that say what they said stay the objects they are. */
  const read = (): Map<string, OutboxItem> => {
    const items = source.outbox().flatMap((entry): readonly OutboxItem[] => {
      if (entry.type === 'acknowledge') return [];
      const { clientId, createdAt } = entry;
      const state = waitingState(entry, sending());
      const before = shown.get(clientId);
      if (before !== undefined && isSameState(before.state, state)) return [before];
      return [{ clientId, kind: entry.type === 'send' ? 'message' : entry.command.kind, conversation: parseConversationKey(entry.conversation), createdAt, state }];
    });
    return new Map(items.map((item) => [item.clientId, item]));
  };

  return {
    open: () => source.loaded,
    snapshot: () => ({ query: 'outbox', value: { items: [...(shown = read()).values()] } }),
    take(change) {
      if (change.type !== 'sending' && (change.type !== 'commit' || change.commit.outbox.size === 0)) return undefined;
      const before = shown;
      shown = read();
      const upserts = [...shown.values()].filter((item) => before.get(item.clientId) !== item);
      const removes = [...before.keys()].filter((clientId) => !shown.has(clientId));
      return upserts.length + removes.length === 0 ? undefined : { query: 'outbox', patch: { upserts, removes } };
    },
  };
}
