import type { Connection, UpgradeTransaction } from './schema.ts';

type Migration = (database: Connection, transaction: UpgradeTransaction) => void;

/**
 * Each takes the database one version up. Append only: what has shipped is never edited, because it has already run
 * somewhere. A migration keeps the user's data and imports nothing outside this folder (ST6).
 */
const MIGRATIONS: readonly Migration[] = [
  (database) => {
    database.createObjectStore('conversationPages');
    database.createObjectStore('conversations');
    database.createObjectStore('messages');
    database.createObjectStore('spans');
    database.createObjectStore('tombstones', { keyPath: 'key' });
    database.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true });
    database.createObjectStore('meta');
  },
  (database) => {
    database.createObjectStore('effects', { keyPath: 'conversation' });
  },
];

/** The version of the database that this build reads and writes. */
export const SCHEMA_VERSION: number = MIGRATIONS.length;

/**
 * Brings a database up to {@link SCHEMA_VERSION}, inside its upgrade transaction.
 *
 * @param options.from The version it has; 0 when it is new.
 */
export function migrate(
  database: Connection,
  transaction: UpgradeTransaction,
  options: { readonly from: number },
): void {
  for (const migration of MIGRATIONS.slice(options.from)) migration(database, transaction);
}
