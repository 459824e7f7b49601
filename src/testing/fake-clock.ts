/** A clock that moves only when it is told to. */
export interface FakeClock {
  /** ms since 1970. */
  now(): number;
  setTimer(callback: () => void, delayMs: number): () => void;
  /** Moves on; fires the timers that fall due, in order, and lets what they began go on in between. */
  advance(ms: number): Promise<void>;
  /** Timers that are set and have not fired. */
  timers(): number;
  /** Timers that have fired so far. */
  fired(): number;
  /** Sets the clock without firing anything, as a user who changes the time of day does. */
  set(now: number): void;
}

/** One turn of the event loop: what was posted, promised or requested before goes on. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** @param now Where the clock starts, ms since 1970. */
export function createFakeClock(now = 1_800_000_000_000): FakeClock {
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  let fired = 0;
  const next = (until: number): { readonly at: number; readonly callback: () => void } | undefined =>
    [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  return {
    now: () => now,
    timers: () => timers.size,
    fired: () => fired,
    setTimer(callback, delayMs) {
      const timer = { at: now + delayMs, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const end = now + ms;
      for (let timer = next(end); timer !== undefined; timer = next(end)) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        fired += 1;
        timer.callback();
        for (let turn = 0; turn < 5; turn += 1) await nextTurn();
      }
      now = end;
      await nextTurn();
    },
    set(value) {
      now = value;
    },
  };
}
