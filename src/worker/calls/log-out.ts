import { SyncError } from '../../protocol/errors.ts';
import { isOptional, isWhole, take, type Test } from '../../protocol/take.ts';
import type { LogOutOptions } from '../../protocol/worker-api.ts';
import type { Environment } from '../environment.ts';
import type { Commit, Ledger } from '../ledger/ledger.ts';
import type { OutboxEntry } from '../storage/storage.ts';

/** Logging out, with what the user asked for and the service was not told yet (OB4). */
export interface LogOut {
  /** @throws {SyncError} `invalid-argument`; `refused` with reason `outbox-not-empty` and how many wait */
  logOut(options?: LogOutOptions): Promise<void>;
  /** Looks whether the last one has left. */
  take(commit: Pick<Commit, 'outbox'>): void;
}

/** How long `send` waits unless told otherwise, and at most. Unit: ms. The longest is shorter than a tab waits for the answer. */
const WAIT_MS = { usual: 15_000, longest: 30_000 };

const isChoice: Test<LogOutOptions['queued']> = isOptional((value): value is 'send' | 'keep' | 'discard' => ['send', 'keep', 'discard'].includes(value as string));

/** What the user would miss: acknowledgements tell only of what was read. */
const isMissed = (entry: OutboxEntry): entry is Exclude<OutboxEntry, { readonly type: 'acknowledge' }> => entry.type !== 'acknowledge';

/**
 * @param options.end Ends the engine and wipes the account; nothing is written any more from the moment it is called.
 * @param options.ended Aborts when the engine ends for another reason.
 */
export function createLogOut(options: {
  readonly ledger: Pick<Ledger, 'loaded' | 'outbox' | 'write'>;
  readonly environment: Pick<Environment, 'setTimer'>;
  readonly ended: AbortSignal;
  readonly end: (keepsOutbox: boolean) => Promise<void>;
}): LogOut {
  const { ledger, environment, ended, end } = options;
  const listeners = new Set<() => void>();

  const missed = () => ledger.outbox().filter(isMissed);

  /** What has failed waits for the user, who is not asked any more. */
  const canLeave = (): boolean => missed().some(({ state }) => state.type !== 'failed');

  const untilSent = async (timeoutMs: number): Promise<void> => {
    await ledger.loaded;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        cancel();
        listeners.delete(look);
        resolve();
      };
      const look = (): void => void (canLeave() || done());
      const cancel = environment.setTimer(done, timeoutMs);
      listeners.add(look);
      ended.addEventListener('abort', done);
      look();
    });
  };

  return {
    async logOut(given) {
      const queued = take(given, 'queued', isChoice);
      const timeoutMs = take(given, 'timeoutMs', isOptional(isWhole(0, WAIT_MS.longest))) ?? WAIT_MS.usual;
      // Needs to know nothing: it works with a database that cannot be read as well.
      if (queued === 'discard') return end(false);
      if (queued === 'send') await untilSent(timeoutMs);
      let ending: Promise<void> | undefined;
      // In the turn of a write: what was asked for before is stored and counted, what is asked for later is refused.
      await ledger.write(() => {
        const waiting = missed().length;
        if (queued !== 'keep' && waiting > 0) throw new SyncError('refused', 'something waits to be sent', { details: { reason: 'outbox-not-empty', waiting } });
        ending = end(queued === 'keep');
        return {};
      });
      await ending;
    },
    take: ({ outbox }) => void (outbox.size > 0 && listeners.forEach((look) => look())),
  };
}
