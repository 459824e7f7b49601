import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type { ConversationKey } from '../../protocol/ids.ts';
import type { Account, Message } from '../../protocol/model.ts';
import type { ConversationEffects, ConversationRow, HistoryUse, ListSync, OutboxEntry, Span, Tombstone } from './storage.ts';
import type { BlockKey } from './message-block.ts';

/** Who owns the database: the last opening. Both must match, or the write is fenced off (TB1). */
export type Claim = { readonly epoch: number; readonly instanceId: string };

/** What `meta` holds, by key. */
export type MetaValues = {
  readonly claim: Claim;
  readonly deviceId: string;
  readonly listSync: ListSync;
  readonly historyUse: HistoryUse;
  /** Copies of the first rows in list order, so that the first screen is one small read. */
  readonly conversationHead: readonly ConversationRow[];
};

/**
 * The database as it is today. How it came to be is in migrations.ts.
 *
 * Lists and history are stored as many rows to a record: a record of 50 costs an eighth of 50 records to write and is
 * faster to read back.
 */
export interface Schema extends DBSchema {
  /** Conversations as they came in pages. A row in a later page, or in `conversations`, replaces one in an earlier page. */
  conversationPages: { key: number; value: readonly ConversationRow[] };
  /** Conversations changed one at a time; each replaces the row in a page. Null: the conversation was removed. */
  conversations: { key: ConversationKey; value: ConversationRow | null };
  /** Blocks of messages, oldest first within each; see message-block.ts. */
  messages: { key: BlockKey; value: readonly Message[] };
  spans: { key: ConversationKey; value: readonly Span[] };
  effects: { key: ConversationKey; value: ConversationEffects };
  tombstones: { key: ConversationKey; value: Tombstone };
  outbox: { key: number; value: OutboxEntry };
  meta: { key: keyof MetaValues; value: MetaValues[keyof MetaValues] };
}

export type StoreName = StoreNames<Schema>;
export type Connection = IDBPDatabase<Schema>;
export type ReadTransaction = IDBPTransaction<Schema, StoreName[], 'readonly'>;
export type WriteTransaction = IDBPTransaction<Schema, StoreName[], 'readwrite'>;
export type UpgradeTransaction = IDBPTransaction<Schema, StoreName[], 'versionchange'>;

/** Part of the database's name. It moves only when a layout cannot be reached by migrations; the old data then stays behind. */
const FORMAT = 1;

/** @returns The name of the account's database. Different accounts have different names, whatever their ids hold (ST5). */
export function databaseName({ appKey, userId }: Account): string {
  return `moorage:${FORMAT}:${encodeURIComponent(appKey)}:${encodeURIComponent(userId)}`;
}

/**
 * Sends a request whose failure the transaction will tell: nothing waits for it, and its own promise must not be left
 * to fail unheard.
 */
export function fire(request: Promise<unknown> | undefined): void {
  request?.catch(() => undefined);
}
