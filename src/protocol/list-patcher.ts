import { countWhile } from './count-while.ts';

/** What changes a list by row. Other fields of the value are replaced. */
export type ListPatch<Row> = { readonly upserts: readonly Row[]; readonly removes: readonly string[] };

/**
 * Changes a value that holds rows in order.
 *
 * - Puts upserts where they belong, then takes removes out. Rows not named keep their identity.
 * - Every value it gives out stays as it is; a patch makes a new one.
 *
 * @param value Its rows are in order already.
 * @param field Which field holds the rows.
 * @param compare A total order: rows with different keys never compare equal.
 * @param keyOf The row's key within the list.
 * @param join What becomes of a row and the upsert that follows it; left out, upserts are rows.
 * @returns Applies the next patch, and gives the value that it makes.
 */
export function createListPatcher<Row extends Upsert, Field extends string, Upsert = Row>(
  value: { readonly [field in Field]: readonly Row[] },
  field: Field,
  compare: (a: Row, b: Row) => number,
  keyOf: (row: Upsert) => string,
  join = (_before: Row | undefined, upsert: Upsert): Row => upsert as Row,
): (patch: ListPatch<Upsert>) => object {
  let rows = value[field] as Row[];
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));

  const takeOut = (key: string): void => {
    const row = byKey.get(key);
    if (!row) return;
    rows.splice(rows.indexOf(row), 1);
    byKey.delete(key);
  };

  return ({ upserts, removes, ...rest }) => {
    // Only the copy is changed.
    rows = [...rows];
    for (const upsert of upserts) {
      const key = keyOf(upsert);
      const row = join(byKey.get(key), upsert);
      takeOut(key);
      rows.splice(
        countWhile(rows, (other) => compare(other, row) < 0),
        0,
        row,
      );
      byKey.set(key, row);
    }
    removes.forEach(takeOut);
    return { ...rest, [field]: rows };
  };
}
