/** Runs what is asked for, or hands out the promise of an equal request that is running. */
export type Share = <T>(name: readonly unknown[], make: () => Promise<T>) => Promise<T>;

/** Equal requests at the same time are one request (SY5): those with equal names. */
export function createSharing(): Share {
  const running = new Map<string, Promise<unknown>>();
  return <T>(name: readonly unknown[], make: () => Promise<T>): Promise<T> => {
    const id = JSON.stringify(name);
    const shared = running.get(id) ?? make().finally(() => running.delete(id));
    running.set(id, shared);
    return shared as Promise<T>;
  };
}
