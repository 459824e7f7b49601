import type { ConversationKey } from '../../protocol/ids.ts';
import type { Status } from '../../protocol/model.ts';
import type { Patch, Snapshot } from '../../protocol/wire.ts';
import type { Commit } from '../ledger/ledger.ts';

type Body<T> = T extends unknown ? Omit<T, 'type' | 'seq' | 'subscription'> : never;

/** A snapshot, or a patch, without its place on a port. */
export type SnapshotBody = Body<Snapshot>;
export type PatchBody = Body<Patch>;

/** What can change what a tab is shown. */
export type Change =
  | { readonly type: 'commit'; readonly commit: Commit }
  /** All conversations are in memory now; until then there was the head of the list. */
  | { readonly type: 'loaded' }
  | { readonly type: 'status'; readonly status: Status }
  /** Entries of these conversations began or ceased to be on their way. */
  | { readonly type: 'sending'; readonly conversations: ReadonlySet<ConversationKey> }
  /** Fetching history of this conversation began or ended. */
  | { readonly type: 'history'; readonly conversation: ConversationKey }
  /** The background reading of history stands differently. */
  | { readonly type: 'backfill' };

/** One thing a tab watches: it knows what the tab was shown, and says what changed since. */
export interface LiveView {
  /** Resolves when there is something to show. Changes that come meanwhile are in the first snapshot. */
  open(): Promise<void>;
  snapshot(): SnapshotBody;
  /** @returns What this changes for the tab, changed rows only; undefined when nothing. Called after `open` only. */
  take(change: Change): PatchBody | undefined;
}
