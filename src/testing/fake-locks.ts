import type { Locks } from '../worker/environment.ts';

/** Exclusive Web Locks within one process, taken from by owners that can be killed. */
export interface FakeLocks {
  /** The locks as one owner (a tab, a worker) sees them. */
  ownedBy(owner: string): Locks;
  /** Frees what an owner holds, as its death would, and withdraws what it waits for. */
  kill(owner: string): void;
  isHeld(name: string): boolean;
  /** The names of what is held and of what is waited for, as `navigator.locks.query()` tells them. */
  query(): { readonly held: readonly string[]; readonly pending: readonly string[] };
}

type Claim = { readonly owner: string; readonly start: () => void };

/** Makes locks of their own world. */
export function createFakeLocks(): FakeLocks {
  const queues = new Map<string, Claim[]>();

  const leave = (name: string, claim: Claim): void => {
    const queue = queues.get(name) ?? [];
    const place = queue.indexOf(claim);
    if (place < 0) return;
    queue.splice(place, 1);
    if (queue.length === 0) queues.delete(name);
    else if (place === 0) queue[0]?.start();
  };

  const request =
    (owner: string): Locks['request'] =>
    (name, { signal }, whileHeld) =>
      new Promise((resolve, reject) => {
        let isHolding = false;
        const claim: Claim = {
          owner,
          start: () => {
            isHolding = true;
            queueMicrotask(() => {
              whileHeld()
                .then(resolve, reject)
                .finally(() => leave(name, claim));
            });
          },
        };
        const withdraw = (): void => {
          if (isHolding) return;
          leave(name, claim);
          reject(new DOMException('the request was withdrawn', 'AbortError'));
        };
        if (signal?.aborted === true) return withdraw();
        signal?.addEventListener('abort', withdraw);
        const queue = queues.get(name) ?? [];
        queues.set(name, queue);
        queue.push(claim);
        if (queue.length === 1) claim.start();
      });

  return {
    ownedBy: (owner) => ({ request: request(owner) }),
    kill(owner) {
      for (const [name, queue] of queues) {
        for (const claim of queue.filter((other) => other.owner === owner)) leave(name, claim);
      }
    },
    isHeld: (name) => (queues.get(name) ?? []).length > 0,
    query: () => ({
      held: [...queues].flatMap(([name, queue]) => (queue.length > 0 ? [name] : [])),
      pending: [...queues].flatMap(([name, queue]) => queue.slice(1).map(() => name)),
    }),
  };
}
