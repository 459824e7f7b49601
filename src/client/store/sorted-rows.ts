import { countWhile } from '../../protocol/count-while.ts';

/** Rows in order, changed by key. Every array it gives out stays as it is; a change makes a new one. */
export interface SortedRows<Row, Key extends string> {
  /** Takes over rows that are in order already. */
  replace(rows: readonly Row[]): readonly Row[];
  /** Puts upserts where they belong, then takes removes out. Rows not named keep their identity. */
  patch(upserts: readonly Row[], removes: readonly Key[]): readonly Row[];
}

/**
 * @param options.compare A total order: rows with different keys never compare equal.
 * @param options.keyOf The row's key within the list.
 */
export function createSortedRows<Row, Key extends string>(options: {
  readonly compare: (a: Row, b: Row) => number;
  readonly keyOf: (row: Row) => Key;
}): SortedRows<Row, Key> {
  const { compare, keyOf } = options;
  let rows: readonly Row[] = [];
  let byKey = new Map<Key, Row>();

  /** @returns The first index whose row does not come before this one. */
  const placeOf = (list: readonly Row[], row: Row): number => countWhile(list, (other) => compare(other, row) < 0);

  return {
    replace(newRows) {
      rows = newRows;
      byKey = new Map(newRows.map((row) => [keyOf(row), row]));
      return rows;
    },

    patch(upserts, removes) {
      const list = [...rows];
      const takeOut = (key: Key): void => {
        const row = byKey.get(key);
        if (row === undefined) return;
        list.splice(list.indexOf(row), 1);
        byKey.delete(key);
      };
      for (const row of upserts) {
        takeOut(keyOf(row));
        list.splice(placeOf(list, row), 0, row);
        byKey.set(keyOf(row), row);
      }
      removes.forEach(takeOut);
      rows = list;
      return rows;
    },
  };
}
