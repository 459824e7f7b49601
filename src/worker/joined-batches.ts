import type { WriteBatch } from './storage/storage.ts';

/** @param batches Of lists alone, each about rows of its own. @returns All of them as one. */
export function joinedBatches(batches: readonly WriteBatch[]): WriteBatch {
  const whole: { [part: string]: unknown[] } = {};
  for (const batch of batches) {
    for (const [part, rows] of Object.entries(batch) as [string, readonly unknown[] | undefined][]) (whole[part] ??= []).push(...(rows ?? []));
  }
  return whole;
}
