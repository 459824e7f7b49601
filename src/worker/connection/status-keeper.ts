import type { SyncError } from '../../protocol/errors.ts';
import type { Status } from '../../protocol/model.ts';
import { statusOf, type StatusFacts } from './status.ts';

/** Holds the status and tells when it becomes another one. */
export interface StatusKeeper {
  value(): Status;
  /** Something it is decided from may have changed. */
  update(): void;
  setOnline(isOnline: boolean): void;
  setStorageError(error: SyncError | null): void;
  /** Something the service told was lost; null: since then it was asked anew. */
  setDropped(error: SyncError | null): void;
  /** Signed out, whatever else happens. */
  signOut(reason: SyncError): void;
}

/** @param options.announce Called with each new status. */
export function createStatusKeeper(options: {
  readonly isOnline: boolean;
  readonly connection: () => StatusFacts['connection'];
  readonly sync: () => StatusFacts['sync'];
  readonly announce: (status: Status) => void;
}): StatusKeeper {
  let { isOnline } = options;
  let storageError: SyncError | null = null;
  let dropped: SyncError | null = null;
  let signedOut: Status | undefined;
  let shown: Status | undefined;

  const value = (): Status => signedOut ?? statusOf({ connection: options.connection(), sync: options.sync(), isOnline, fault: storageError ?? dropped });

  const update = (): void => {
    const next = value();
    if (shown !== undefined && JSON.stringify(shown) === JSON.stringify(next)) return;
    shown = next;
    options.announce(next);
  };

  return {
    value,
    update,
    setOnline(next) {
      isOnline = next;
      update();
    },
    setStorageError(error) {
      storageError = error;
      update();
    },
    setDropped(error) {
      dropped = error;
      update();
    },
    signOut(reason) {
      signedOut = { type: 'signed-out', reason: reason.toData() };
      update();
    },
  };
}
