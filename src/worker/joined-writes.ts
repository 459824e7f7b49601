import type { WriteBatch } from './storage/storage.ts';

type Decide = () => WriteBatch | Promise<WriteBatch>;

/** Writes, some of which are stored together. */
export interface JoinedWrites<Item> {
  /**
   * Writes an item together with those joined before, while these still wait for an earlier write: all are decided at once, in
   * the order they came, and stored in one transaction. Where that fails, none is stored.
   */
  join(item: Item): Promise<unknown>;
  /** Writes alone. What is joined later comes after it. */
  alone(decide: Decide): Promise<unknown>;
}

/**
 * @param write Runs a decision when all earlier ones are stored.
 * @param decide What items that are stored together change.
 */
export function createJoinedWrites<Item>(
  write: (decide: Decide) => Promise<unknown>,
  decide: (items: readonly Item[]) => WriteBatch | Promise<WriteBatch>,
): JoinedWrites<Item> {
  let next: { readonly items: Item[]; readonly stored: Promise<unknown> } | undefined;

  const begin = (): NonNullable<typeof next> => {
    const items: Item[] = [];
    const stored = write(() => {
      if (next?.items === items) next = undefined;
      return decide(items);
    });
    return { items, stored };
  };

  return {
    join(item) {
      next ??= begin();
      next.items.push(item);
      return next.stored;
    },
    alone(decideAlone) {
      next = undefined;
      return write(decideAlone);
    },
  };
}
