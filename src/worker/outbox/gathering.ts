import type { Environment } from '../environment.ts';

/** How long what could be stored at once is held back at most, and how much of it. */
const MOST = { ms: 100, items: 250 };

/** Holds back a write, so that more can be stored with it. */
export interface Gathering {
  /** Resolves when enough was gathered, when it took too long, or when it is ended. */
  begin(): Promise<void>;
  /** One more was gathered. */
  add(): void;
  end(): void;
}

/** Makes one that has not begun. */
export function createGathering(environment: Pick<Environment, 'setTimer'>): Gathering {
  let items = 0;
  let end = (): void => undefined;
  return {
    begin: () =>
      new Promise((resolve) => {
        const cancel = environment.setTimer(resolve, MOST.ms);
        items = 0;
        end = () => {
          cancel();
          resolve();
        };
      }),
    add() {
      items += 1;
      if (items >= MOST.items) end();
    },
    end: () => end(),
  };
}
