import type { EngineOptions } from '../options.ts';

/** How many rounds an account may begin (SY5). */
export interface RoundBudget {
  /** @returns ms until a round may begin; 0 when one may begin now. */
  waitMs(): number;
  /** Notes that a round begins. */
  spend(): void;
}

/** Makes a budget of `roundsPerWindow` in any window of `roundWindowMs`. */
export function createRoundBudget(options: {
  readonly settings: Pick<EngineOptions, 'roundsPerWindow' | 'roundWindowMs'>;
  readonly now: () => number;
}): RoundBudget {
  const { roundsPerWindow, roundWindowMs } = options.settings;
  let begun: readonly number[] = [];
  const recent = (): readonly number[] => {
    const now = options.now();
    // A clock that was set back must not lock the budget up.
    begun = begun.filter((at) => at <= now && now - at < roundWindowMs);
    return begun;
  };
  return {
    waitMs() {
      const oldest = recent().at(-roundsPerWindow);
      return oldest === undefined ? 0 : oldest + roundWindowMs - options.now();
    },
    spend() {
      begun = [...recent(), options.now()];
    },
  };
}
