import { SyncError } from '../../protocol/errors.ts';
import type { EngineOptions } from '../options.ts';
import type { ChatService } from '../service/chat-service.ts';
import type { ListSync } from '../storage/storage.ts';

/** How many rounds an account may begin, and when the list may be asked for at all (SY5). */
export interface RoundBudget {
  /** @returns ms until a round may begin; 0 when one may begin now. */
  waitMs(): number;
  /** Notes that a round begins. */
  spend(): void;
  /**
   * Asks for a list, unless the service has said "later" and it is not later yet: then nobody asks anything.
   *
   * @throws {SyncError} what the request rejects with; `rate-limited` with `details.retryAfterMs`, the wait that is left
   */
  ask<T>(request: () => Promise<T>): Promise<T>;
  /** When the service said "later" last, and for how long. */
  refusal(): Refusal | undefined;
  /** Takes over what an earlier engine was told. */
  restore(refusal: Refusal | undefined): void;
}

/** Unit: ms, local clock. */
type Refusal = NonNullable<ListSync['refused']>;

/** @returns The error of whoever asks too early. */
export function tooEarly(retryAfterMs: number): SyncError {
  return new SyncError('rate-limited', 'not yet', { details: { retryAfterMs } });
}

/** Makes a budget of `roundsPerWindow` in any window of `roundWindowMs`. A refusal without a time holds for one round's share of it. */
export function createRoundBudget(options: {
  readonly settings: Pick<EngineOptions, 'roundsPerWindow' | 'roundWindowMs'>;
  readonly now: () => number;
}): RoundBudget {
  const { roundsPerWindow, roundWindowMs } = options.settings;
  let begun: readonly number[] = [];
  let refused: Refusal | undefined;
  const leftMs = (at: number, forMs: number): number => {
    const ageMs = options.now() - at;
    // A clock that was set back must not lock the budget up.
    return ageMs < 0 ? 0 : Math.max(0, forMs - ageMs);
  };
  const refusedMs = (): number => (refused === undefined ? 0 : leftMs(refused.at, refused.forMs));
  return {
    waitMs: () => Math.max(leftMs(begun.at(-roundsPerWindow) ?? -Infinity, roundWindowMs), refusedMs()),
    spend() {
      begun = [...begun.filter((at) => leftMs(at, roundWindowMs) > 0), options.now()];
    },
    async ask(request) {
      const waitMs = refusedMs();
      if (waitMs > 0) throw tooEarly(waitMs);
      try {
        return await request();
      } catch (cause) {
        const { code, details } = SyncError.from(cause);
        const asked = details['retryAfterMs'];
        if (code === 'rate-limited') refused = { at: options.now(), forMs: typeof asked === 'number' ? asked : roundWindowMs / roundsPerWindow };
        throw cause;
      }
    },
    refusal: () => refused,
    restore: (refusal) => void (refused ??= refusal),
  };
}

/** @returns The service with every request for a list passed through `ask`. */
export function withListBudget<Service extends ChatService>(service: Service, { ask }: Pick<RoundBudget, 'ask'>): Service {
  return {
    ...service,
    getConversations: (request) => ask(() => service.getConversations(request)),
    getPinnedConversations: (request) => ask(() => service.getPinnedConversations(request)),
    getOldConversationList: (request) => ask(() => service.getOldConversationList(request)),
  };
}
