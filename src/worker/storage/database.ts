import { wrap, type IDBPTransaction } from 'idb';
import type { Environment } from '../environment.ts';
import { openConnection } from './open-connection.ts';
import type { Connection, ReadTransaction, Schema, StoreName, WriteTransaction } from './schema.ts';
import { errorName, isConnectionError, toStorageError, unavailable } from './storage-error.ts';

/** Attempts at one piece of work, each on a fresh connection. More only delays the truth: a dead store stays dead (ST3). */
const MAX_ATTEMPTS = 3;

export type LostReason = 'deleted' | 'closed';

/**
 * A connection that mends itself.
 *
 * - `read` and `write` run their work in one transaction each. The work awaits nothing but its own requests, and may be
 *   run again from the start on a new connection.
 * - `write` resolves when the transaction has completed (ST1). When the work throws, or any request fails, nothing is
 *   stored.
 * - They reject with `storage-full`, `storage-failed`, `storage-unavailable`, or the SyncError the work threw.
 */
export interface Database {
  read<T>(stores: readonly StoreName[], work: (transaction: ReadTransaction) => Promise<T>): Promise<T>;
  write<T>(
    options: { readonly stores: readonly StoreName[]; readonly durability: 'strict' | 'relaxed' },
    work: (transaction: WriteTransaction) => Promise<T>,
  ): Promise<T>;
  /** Idempotent. Work that has begun is finished; new work is refused. */
  close(): void;
  /** Closes, and deletes the database. */
  destroy(): Promise<void>;
}

/**
 * Opens the database, creating it when there is none. A later reopening never creates: a database that is gone took the
 * cursors with it, and the caller is told instead (ST4).
 *
 * @param options.onLost Called at most once, when this handle is of no more use.
 * @throws {SyncError} `storage-unavailable`, `storage-full`
 */
export async function openDatabase(options: {
  readonly environment: Environment;
  readonly name: string;
  readonly onLost: (reason: LostReason) => void;
}): Promise<Database> {
  const { environment, name, onLost } = options;
  let current: Promise<Connection> | undefined;
  let wasOpen = false;
  let ended: string | undefined;

  function end(reason: string, lost?: LostReason): void {
    if (ended !== undefined) return;
    ended = reason;
    void current?.then((connection) => connection.close()).catch(() => undefined);
    current = undefined;
    if (lost !== undefined) onLost(lost);
  }

  function drop(connection: Promise<Connection> | undefined): void {
    if (connection === undefined || current !== connection) return;
    current = undefined;
    void connection.then((open) => open.close()).catch(() => undefined);
  }

  function connect(): Promise<Connection> {
    if (ended !== undefined) return Promise.reject(unavailable(ended));
    if (current !== undefined) return current;
    const opening = openConnection({
      environment,
      name,
      mayCreate: !wasOpen,
      onDeleted: () => end('deleted', 'deleted'),
      onSuperseded: () => end('superseded', 'closed'),
      // The browser closed it. Opening again tells whether the data is gone as well.
      onTerminated: () => {
        drop(opening);
        void connect().catch(() => undefined);
      },
    });
    current = opening;
    opening.then(
      () => {
        wasOpen = true;
      },
      () => drop(opening),
    );
    return opening;
  }

  async function withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    let failure: unknown;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const connecting = connect();
      try {
        return await work(await connecting);
      } catch (error) {
        if (!isConnectionError(error)) throw toStorageError(error);
        failure = error;
        drop(connecting);
      }
    }
    end('lost', 'closed');
    throw unavailable('lost', failure);
  }

  await withConnection(() => Promise.resolve());

  return {
    read: (stores, work) =>
      withConnection((connection) => runOnce(connection.transaction([...stores], 'readonly'), work)),
    write: ({ stores, durability }, work) =>
      withConnection((connection) => runOnce(connection.transaction([...stores], 'readwrite', { durability }), work)),
    close: () => end('closed'),
    async destroy() {
      end('closed');
      await wrap(environment.indexedDB.deleteDatabase(name)).catch((error: unknown) => {
        throw toStorageError(error);
      });
    },
  };
}

async function runOnce<Tx extends IDBPTransaction<Schema, StoreName[], IDBTransactionMode>, T>(
  transaction: Tx,
  work: (transaction: Tx) => Promise<T>,
): Promise<T> {
  const { done } = transaction;
  // Handled from the start: it may reject while the work is still waiting for a request (idb#326).
  const ended = done.catch(() => undefined);
  let value: T;
  try {
    value = await work(transaction);
  } catch (error) {
    quietly(() => transaction.abort());
    // Requests of an aborted transaction say only "aborted"; the transaction knows why.
    await (errorName(error) === 'AbortError' ? done : ended);
    throw error;
  }
  // Nothing more will be asked: the browser need not find out by itself.
  if (transaction.mode !== 'readonly') quietly(() => transaction.commit());
  await done;
  return value;
}

/** For a transaction that may have ended already; its `done` says how. */
function quietly(end: () => void): void {
  try {
    end();
  } catch {
    // Told by `done`.
  }
}
