import type { SyncErrorData } from './errors.ts';
import type { Account } from './model.ts';

/**
 * What a tab with an SDK connection of its own posts to the worker, before its hello: through `service` the engine asks
 * that connection, and hears of what it is told.
 */
export type Offer = {
  readonly moorage: 'offer';
  readonly account: Account;
  /** The Web Lock the tab holds as long as it lives. */
  readonly tabLock: string;
  readonly service: MessagePort;
};

/** Worker to tab, on the service port. */
export type OfferRequest =
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly args: readonly unknown[] }
  /** An event is stored: whatever is asked of the engine from now on is answered with it. */
  | { readonly type: 'taken'; readonly id: number };

/** Tab to worker. */
export type OfferMessage =
  | { readonly type: 'answer'; readonly id: number; readonly value?: unknown; readonly error?: SyncErrorData }
  /**
   * - `isOwn`: what this tab itself did; no other tab tells of it. Otherwise every tab of the account tells the same.
   */
  | { readonly type: 'event'; readonly id: number; readonly event: unknown; readonly isOwn: boolean };
