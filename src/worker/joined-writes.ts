import type { WriteBatch } from './storage/storage.ts';

type Decide = () => WriteBatch | Promise<WriteBatch>;

/** Writes, some of which may be stored together. */
export interface JoinedWrites {
  /**
   * Writes together with what was joined before, while that still waits for an earlier write: it is decided in the order it was
   * asked for, and stored in one transaction. Where one fails, none is stored.
   *
   * - No two decisions may be about the same rows: none sees what the others decide.
   */
  join(decide: Decide): Promise<unknown>;
  /** Writes alone. What is joined later comes after it. */
  alone(decide: Decide): Promise<unknown>;
}

/** @param write Runs a decision when all earlier ones are stored. */
export function createJoinedWrites(write: (decide: Decide) => Promise<unknown>): JoinedWrites {
  let next: { readonly decisions: Decide[]; readonly stored: Promise<unknown> } | undefined;

  const begin = (): NonNullable<typeof next> => {
    const decisions: Decide[] = [];
    const stored = write(async () => {
      if (next?.decisions === decisions) next = undefined;
      return joined(await Promise.all(decisions.map(async (decide) => decide())));
    });
    return { decisions, stored };
  };

  return {
    join(decide) {
      next ??= begin();
      next.decisions.push(decide);
      return next.stored;
    },
    alone(decide) {
      next = undefined;
      return write(decide);
    },
  };
}

/** @param batches Of lists alone. */
function joined(batches: readonly WriteBatch[]): WriteBatch {
  const whole: { [part: string]: unknown[] } = {};
  for (const batch of batches) {
    for (const [part, rows] of Object.entries(batch) as [string, readonly unknown[] | undefined][]) (whole[part] ??= []).push(...(rows ?? []));
  }
  return whole;
}
