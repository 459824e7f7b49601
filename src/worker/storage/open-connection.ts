import { unwrap, wrap } from 'idb';
import type { Environment } from '../environment.ts';
import { migrate, SCHEMA_VERSION } from './migrations.ts';
import type { Connection, UpgradeTransaction } from './schema.ts';
import { errorName, unavailable } from './storage-error.ts';

/**
 * How long an opening waits for connections of an older version to close. Unit: ms. Ours close at once when asked; only
 * a frozen tab takes longer, and waiting for it without end would hang every tab (ST6).
 */
const BLOCKED_TIMEOUT_MS = 10_000;

/**
 * Opens one connection, at the version of this build.
 *
 * - With `mayCreate` false a missing database is not made: `onDeleted` is called and the promise rejects.
 * - Closes itself when another build wants to upgrade the database, or somebody deletes it.
 *
 * @throws {SyncError} `storage-unavailable`: deleted, blocked, or written by a newer build
 * @throws {DOMException} What the browser said otherwise.
 */
export async function openConnection(options: {
  readonly environment: Environment;
  readonly name: string;
  readonly mayCreate: boolean;
  readonly onDeleted: () => void;
  /** Another build upgrades the database; this connection is closed. */
  readonly onSuperseded: () => void;
  /** The browser closed the connection. */
  readonly onTerminated: () => void;
}): Promise<Connection> {
  const { environment, name, mayCreate, onDeleted, onSuperseded, onTerminated } = options;
  const request = environment.indexedDB.open(name, SCHEMA_VERSION);
  let isGone = false;
  let cancelTimer: () => void = () => undefined;

  request.onupgradeneeded = ({ oldVersion }) => {
    const { transaction } = request;
    if (transaction === null) return;
    if (oldVersion === 0 && !mayCreate) {
      isGone = true;
      transaction.abort();
      return;
    }
    migrate(wrap(request.result) as Connection, wrap(transaction) as unknown as UpgradeTransaction, { from: oldVersion });
  };
  const blocked = new Promise<never>((_resolve, reject) => {
    request.onblocked = () => {
      cancelTimer = environment.setTimer(() => reject(unavailable('blocked')), BLOCKED_TIMEOUT_MS);
    };
  });

  const opened = wrap(request) as Promise<Connection>;
  let connection: Connection;
  try {
    connection = await Promise.race([opened, blocked]);
  } catch (error) {
    // An opening that was given up may still succeed, and would then block everybody else.
    opened.then((late) => late.close()).catch(() => undefined);
    if (isGone) {
      onDeleted();
      throw unavailable('deleted', error);
    }
    throw errorName(error) === 'VersionError' ? unavailable('newer version', error) : error;
  } finally {
    cancelTimer();
  }

  const raw = unwrap(connection);
  raw.onversionchange = ({ newVersion }) => {
    raw.close();
    if (newVersion === null) onDeleted();
    else onSuperseded();
  };
  raw.onclose = onTerminated;
  return connection;
}
