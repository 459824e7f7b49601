import { SyncError } from '../../protocol/errors.ts';
import type { EngineOptions } from '../options.ts';
import { askedWaitMs, tooEarly, waitLeftMs, type Refusal } from '../refusal.ts';
import type { ChatService } from '../service/chat-service.ts';

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

/** Makes a budget of `roundsPerWindow` in any window of `roundWindowMs`. A refusal without a time holds for one round's share of it. */
export function createRoundBudget(options: {
  readonly settings: Pick<EngineOptions, 'roundsPerWindow' | 'roundWindowMs'>;
  readonly now: () => number;
}): RoundBudget {
  const { roundsPerWindow, roundWindowMs } = options.settings;
  let begun: readonly number[] = [];
  let refused: Refusal | undefined;
  const leftMs = (at: number): number => waitLeftMs({ at, forMs: roundWindowMs }, options.now());
  const refusedMs = (): number => (refused === undefined ? 0 : waitLeftMs(refused, options.now()));
  return {
    waitMs: () => Math.max(leftMs(begun.at(-roundsPerWindow) ?? -Infinity), refusedMs()),
    spend() {
      begun = [...begun.filter((at) => leftMs(at) > 0), options.now()];
    },
    async ask(request) {
      const waitMs = refusedMs();
      if (waitMs > 0) throw tooEarly(waitMs);
      try {
        return await request();
      } catch (cause) {
        const error = SyncError.from(cause);
        if (error.code === 'rate-limited') refused = { at: options.now(), forMs: askedWaitMs(error) ?? roundWindowMs / roundsPerWindow };
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
