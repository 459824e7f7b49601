import { SyncError } from '../../protocol/errors.ts';

/** What must be undone when something ends, however far its making has come. */
export interface Cleanups {
  /** Remembers one. After the end it is run at once, and `closed` is thrown to stop whoever is still making things. */
  add(cleanup: () => void): void;
  /** Runs all, latest first. Idempotent. */
  run(): void;
}

export function createCleanups(): Cleanups {
  const pending: (() => void)[] = [];
  let isOver = false;
  return {
    add(cleanup) {
      if (isOver) {
        cleanup();
        throw new SyncError('closed', 'closed meanwhile');
      }
      pending.push(cleanup);
    },
    run() {
      isOver = true;
      for (const cleanup of pending.splice(0).reverse()) cleanup();
    },
  };
}
