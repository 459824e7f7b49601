/**
 * Searches a sorted list in as many steps as its length has binary digits.
 *
 * @param isBefore True for the first entries, false for the rest.
 * @returns How many come first: the index of the first that does not.
 */
export function countWhile<T>(list: readonly T[], isBefore: (entry: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(list[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}
