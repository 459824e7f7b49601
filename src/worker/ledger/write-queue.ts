/** Runs tasks one after another, in the order they were given. */
export interface WriteQueue {
  /** @returns What the task returned. A task that throws rejects its own promise and holds up no other. */
  run<T>(task: () => Promise<T>): Promise<T>;
}

/** The one writer's queue: reading, deciding and storing of one change happen before the next change is looked at. */
export function createWriteQueue(): WriteQueue {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(task) {
      const result = last.then(task);
      last = result.catch(() => undefined);
      return result;
    },
  };
}
