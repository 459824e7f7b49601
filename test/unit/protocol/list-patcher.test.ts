import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createListPatcher } from '../../../src/protocol/list-patcher.ts';

type Row = { readonly key: string; readonly rank: number };

const compare = (a: Row, b: Row): number => a.rank - b.rank || (a.key < b.key ? -1 : 1);
const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
const patch = fc.record({
  upserts: fc.array(fc.record({ key, rank: fc.integer({ min: 0, max: 5 }) }), { maxLength: 6 }),
  removes: fc.array(key, { maxLength: 3 }),
});

test('[UR2] any run of patches ends as a sort of what is left would, and keeps rows that were not named', () => {
  fc.assert(
    fc.property(fc.array(patch, { maxLength: 12 }), (patches) => {
      const applyPatch = createListPatcher<Row, 'rows'>({ rows: [] }, 'rows', compare, (row) => row.key);
      const model = new Map<string, Row>();
      let rows: readonly Row[] = [];
      for (const { upserts, removes } of patches) {
        const before = [...rows];
        const given = rows;
        ({ rows } = applyPatch({ upserts, removes }) as { readonly rows: readonly Row[] });
        expect(given).toEqual(before);
        for (const row of upserts) model.set(row.key, row);
        for (const name of removes) model.delete(name);
        const expected = [...model.values()].sort(compare);
        expect(rows).toHaveLength(expected.length);
        rows.forEach((row, place) => expect(row).toBe(expected[place]));
      }
    }),
  );
});
