import { SyncError } from '../../protocol/errors.ts';
import type { Status } from '../../protocol/model.ts';
import type { ConnectionFacts } from './connection.ts';

/** Everything the status is decided from. */
export type StatusFacts = {
  readonly connection: ConnectionFacts;
  readonly sync: { readonly isComplete: boolean; readonly done: number; readonly total: number | null; readonly error: SyncError | null };
  /** What the tabs and the host say of the network. */
  readonly isOnline: boolean;
  /** What is wrong with the engine itself: why storing failed, or what was lost; null while all is well. */
  readonly fault: SyncError | null;
  /** Why history cannot be fetched now; null while it can, or nobody tried. */
  readonly history: SyncError | null;
};

/** @returns The one honest word for how things stand; the worst first. */
export function statusOf({ connection, sync, isOnline, fault, history }: StatusFacts): Status {
  const { phase, error, lostAt, failures } = connection;
  if (phase === 'ended') return { type: 'signed-out', reason: (error ?? new SyncError('closed', 'logged out')).toData() };
  if (fault !== null) return { type: 'degraded', reason: fault.toData() };
  if (phase === 'connected') {
    const { isComplete, done, total } = sync;
    const trouble = isComplete ? history : sync.error;
    if (trouble !== null) return { type: 'degraded', reason: trouble.toData() };
    return isComplete ? { type: 'live' } : { type: 'syncing', done, total: total === null ? null : Math.max(done, total) };
  }
  if (!isOnline) return { type: 'offline', since: lostAt };
  // That no tab could give a token may be the network as well. What trying again cannot help is said: the service's own "no", a service
  // that cannot be made.
  if (error !== null && !error.retryable) return { type: 'degraded', reason: error.toData() };
  if (lostAt !== null) return { type: 'stale', since: lostAt };
  return phase === 'connecting' && failures === 0 ? { type: 'connecting' } : { type: 'from-cache' };
}
