import { randomUUID } from 'node:crypto';

export type TokenState = { readonly userId: string; readonly expiresAt: number };

/** The tokens the service has given out. */
export interface Tokens {
  /** @param lifeMs From now; zero or less gives a token that has expired already. */
  issue(userId: string, lifeMs: number): string;
  /** @returns `undefined` for a token that was never given out; an expired one is still known. */
  find(token: string): TokenState | undefined;
  expire(token: string): void;
}

export function createTokens(now: () => number): Tokens {
  const states = new Map<string, TokenState>();
  return {
    issue(userId, lifeMs) {
      const token = `emulator-${randomUUID()}`;
      states.set(token, { userId, expiresAt: now() + lifeMs });
      return token;
    },
    find: (token) => states.get(token),
    expire(token) {
      const state = states.get(token);
      if (state !== undefined) states.set(token, { ...state, expiresAt: Math.min(state.expiresAt, now() - 1) });
    },
  };
}
