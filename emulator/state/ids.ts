/**
 * Makes message ids as the service's look: decimal strings of 19 digits that grow with time, so that order by id is
 * order by time. The lower 20 bits count, which keeps ids of one millisecond apart and in order.
 */
export function createIdSource(): (timeMs: number) => string {
  let counter = 0n;
  return (timeMs) => {
    counter = (counter + 1n) % (1n << 20n);
    return String((BigInt(timeMs) << 20n) | counter);
  };
}

/** The lowest id that a message of this time can have. */
export function firstIdAt(timeMs: number): string {
  return String(BigInt(Math.max(0, timeMs)) << 20n);
}

/** Negative, zero or positive, as a sort wants it. Ids are numbers too large for a number. */
export function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * @param keyOf Ascending over `items`.
 * @returns How many items have a key lower than `id`: the place where `id` is or would be.
 */
export function lowerBound<T>(items: readonly T[], id: string, keyOf: (item: T) => string): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareIds(keyOf(items[middle] as T), id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
