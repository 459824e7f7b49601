import type { SyncError } from '../../protocol/errors.ts';
import type { Status } from '../../protocol/model.ts';
import { isSameData } from '../same-data.ts';
import { statusOf, type StatusFacts } from './status.ts';

/** What the status is decided from besides the facts of connection and sync. */
export type Noted = {
  readonly isOnline: boolean;
  /** Why storing failed last; null since it works. */
  readonly storageError: SyncError | null;
  /** Something the service told was lost; null since it was asked anew. */
  readonly dropped: SyncError | null;
  /** Why history could not be fetched last; null since it can. */
  readonly history: SyncError | null;
};

/** Holds the status and tells when it becomes another one. */
export interface StatusKeeper {
  value(): Status;
  /** Something it is decided from may have changed. */
  update(): void;
  /** Takes over what nobody else remembers. */
  note(changes: Partial<Noted>): void;
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
  let noted: Noted = { isOnline: options.isOnline, storageError: null, dropped: null, history: null };
  let signedOut: Status | undefined;
  let shown: Status | undefined;

  const value = (): Status => {
    const { isOnline, storageError, dropped, history } = noted;
    return signedOut ?? statusOf({ connection: options.connection(), sync: options.sync(), isOnline, fault: storageError ?? dropped, history });
  };

  const update = (): void => {
    const next = value();
    if (isSameData(shown, next)) return;
    shown = next;
    options.announce(next);
  };

  return {
    value,
    update,
    note(changes) {
      noted = { ...noted, ...changes };
      update();
    },
    signOut(reason) {
      signedOut = { type: 'signed-out', reason: reason.toData() };
      update();
    },
  };
}
