import type { CancelTimer, Environment } from './environment.ts';

/** Waits that can be cut short. */
export interface Pauses {
  /** Resolves after `delayMs`, or at the next `end`. */
  take(delayMs: number): Promise<void>;
  /** Ends every pause there is now. */
  end(): void;
}

/** Makes pauses of one part of the engine. */
export function createPauses(environment: Pick<Environment, 'setTimer'>): Pauses {
  const open = new Map<() => void, CancelTimer>();
  return {
    take: (delayMs) =>
      new Promise((resolve) => {
        const wake = (): void => {
          open.get(wake)?.();
          open.delete(wake);
          resolve();
        };
        open.set(wake, environment.setTimer(wake, delayMs));
      }),
    end() {
      for (const wake of [...open.keys()]) wake();
    },
  };
}
