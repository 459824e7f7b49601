import type { TabLocks } from '../../../src/client/environment.ts';

type Waiter = { readonly start: () => void };

export interface FakeLocks extends TabLocks {
  isHeld(name: string): boolean;
  /** Frees a lock as the death of its holder would; what the holder does afterwards changes nothing. */
  kill(name: string): void;
}

/** Exclusive Web Locks within one process. */
export function createFakeLocks(): FakeLocks {
  const queues = new Map<string, Waiter[]>();

  const queueOf = (name: string): Waiter[] => {
    const queue = queues.get(name) ?? [];
    queues.set(name, queue);
    return queue;
  };
  const leave = (name: string, waiter: Waiter): void => {
    const queue = queueOf(name);
    const place = queue.indexOf(waiter);
    if (place < 0) return;
    queue.splice(place, 1);
    if (place === 0) queue[0]?.start();
  };

  return {
    request: <T>(name: string, options: { readonly signal: AbortSignal }, whileHeld: () => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        let isStarted = false;
        const waiter: Waiter = {
          start: () => {
            isStarted = true;
            queueMicrotask(() => {
              whileHeld()
                .then(resolve, reject)
                .finally(() => leave(name, waiter));
            });
          },
        };
        options.signal.addEventListener('abort', () => {
          if (isStarted) return;
          leave(name, waiter);
          reject(new DOMException('withdrawn', 'AbortError'));
        });
        const queue = queueOf(name);
        queue.push(waiter);
        if (queue[0] === waiter) waiter.start();
      }),
    isHeld: (name) => queueOf(name).length > 0,
    kill(name) {
      const holder = queueOf(name)[0];
      if (holder !== undefined) leave(name, holder);
    },
  };
}
