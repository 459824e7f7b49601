/** How many rounds an account may begin (SY5). */
export interface RoundBudget {
  /** @returns ms until a round may begin; 0 when one may begin now. */
  waitMs(): number;
  /** Notes that a round begins. */
  spend(): void;
}

/** Makes a budget of `rounds` in any window of `windowMs`. */
export function createRoundBudget(options: { readonly rounds: number; readonly windowMs: number; readonly now: () => number }): RoundBudget {
  let begun: readonly number[] = [];
  const recent = (): readonly number[] => {
    const now = options.now();
    // A clock that was set back must not lock the budget up.
    begun = begun.filter((at) => at <= now && now - at < options.windowMs);
    return begun;
  };
  return {
    waitMs() {
      const oldest = recent().at(-options.rounds);
      return oldest === undefined ? 0 : oldest + options.windowMs - options.now();
    },
    spend() {
      begun = [...recent(), options.now()];
    },
  };
}
