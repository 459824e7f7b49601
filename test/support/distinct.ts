import { isDeepStrictEqual } from 'node:util';

/** @returns What is there, equal ones once, in the order of the first. An SDK that pulls a queue twice before it has acknowledged it tells twice of what is no message. */
export function distinct<T>(all: readonly T[]): readonly T[] {
  return all.filter((each, index) => all.findIndex((other) => isDeepStrictEqual(each, other)) === index);
}
