import type { ConversationKey } from '../../protocol/ids.ts';
import type { SyncError } from '../../protocol/errors.ts';
import type { Environment } from '../environment.ts';
import type { Work } from './next-work.ts';

type Parked = { readonly until: number; readonly attempts: number; readonly failure: SyncError | null };

/** What could not be fetched on the present connection, and when it may be tried again (HB6). */
export interface Parking {
  /** Until when each conversation that failed waits, ms; Infinity: on this connection it is not asked for again. */
  readonly parked: ReadonlyMap<ConversationKey, Parked>;
  /** Why nothing could be fetched last; null since it can. A refusal of one conversation is no such trouble. */
  trouble(): SyncError | null;
  /** Whether the background waits for nothing. */
  isOpen(): boolean;
  /**
   * A refusal is for this conversation only, and so is null: what came is not all yet. Anything else, a page that cannot be stored
   * among it, holds up the background, longer each time.
   */
  park(work: Work, failure: SyncError | null): void;
  /** Somebody had more luck with it. */
  release(key: ConversationKey): void;
  /** Nothing that was tried fails any more. */
  calm(): void;
  /** The times, ms, at which a wait ends. */
  ends(): readonly number[];
  clear(): void;
}

/** Makes an empty parking. */
export function createParking(options: {
  readonly environment: Pick<Environment, 'now'>;
  readonly retryDelayMs: (attempt: number, failure: SyncError | null) => number;
}): Parking {
  const { environment, retryDelayMs } = options;
  const parked = new Map<ConversationKey, Parked>();
  let failures = 0;
  let resumeAt = 0;
  let trouble: SyncError | null = null;

  const calm = (): void => {
    failures = 0;
    trouble = null;
  };

  return {
    parked,
    trouble: () => trouble,
    isOpen: () => resumeAt <= environment.now(),
    park({ key, rank }, failure) {
      const now = environment.now();
      const attempts = (parked.get(key)?.attempts ?? 0) + 1;
      const isRefusal = failure?.retryable === false && !failure.code.startsWith('storage-');
      parked.set(key, { attempts, failure, until: isRefusal ? Infinity : now + retryDelayMs(attempts, failure) });
      if (failure === null || isRefusal || rank === 'looked-at') return;
      failures += 1;
      trouble = failure;
      resumeAt = now + retryDelayMs(failures, failure);
    },
    release: (key) => void parked.delete(key),
    calm,
    ends: () => [resumeAt, ...[...parked.values()].map(({ until }) => until)],
    clear() {
      parked.clear();
      resumeAt = 0;
      calm();
    },
  };
}
