import { type ChatType } from './channel.ts';
import { type Meta } from '../msync/wire-types.ts';

/** One queue of a device: everything that waits for it from one peer or group. */
export type QueueName = { readonly name: string; readonly chatType: ChatType };
export type QueueLimits = { readonly single: number; readonly group: number };

/**
 * What waits for a device until it has acknowledged it.
 *
 * - In order within a queue. What was pulled and not acknowledged is there again at the next pull.
 * - While the device is away the queue is lossy: past a limit the oldest is dropped.
 */
export interface DeviceQueue {
  add(queue: QueueName, meta: Meta): void;
  /**
   * The next batch, after everything up to `ackKey` is forgotten.
   *
   * @returns Empty `metas`: nothing waits in this queue.
   */
  pull(
    name: string,
    options: { readonly ackKey?: number; readonly limit: number },
  ): {
    readonly queue: QueueName;
    readonly metas: readonly Meta[];
    readonly nextKey: number;
  };
  /** Queues with something in them, in order of their first arrival. */
  waiting(): readonly { readonly queue: QueueName; readonly count: number }[];
  /** Drops the oldest of each kind down to the limits. */
  trim(limits: QueueLimits): void;
  all(): readonly Meta[];
}

type Item = { readonly key: number; readonly meta: Meta };
type Line = { readonly queue: QueueName; items: Item[] };

export function createDeviceQueue(): DeviceQueue {
  const lines = new Map<string, Line>();
  let lastKey = 0;

  function countOf(chatType: ChatType): number {
    let count = 0;
    for (const line of lines.values()) if (line.queue.chatType === chatType) count += line.items.length;
    return count;
  }

  function dropOldest(chatType: ChatType): void {
    let oldest: Line | undefined;
    for (const line of lines.values()) {
      const key = line.items[0]?.key;
      if (key === undefined || line.queue.chatType !== chatType) continue;
      if (oldest === undefined || key < (oldest.items[0]?.key ?? 0)) oldest = line;
    }
    oldest?.items.shift();
  }

  return {
    add(queue, meta) {
      lastKey += 1;
      const line = lines.get(queue.name) ?? { queue, items: [] };
      line.items.push({ key: lastKey, meta });
      lines.set(queue.name, line);
    },
    pull(name, { ackKey, limit }) {
      const line = lines.get(name);
      if (line === undefined) return { queue: { name, chatType: 'singleChat' }, metas: [], nextKey: 0 };
      if (ackKey !== undefined) {
        const kept = line.items.findIndex((item) => item.key > ackKey);
        line.items = kept < 0 ? [] : line.items.slice(kept);
      }
      const batch = line.items.slice(0, limit);
      return { queue: line.queue, metas: batch.map((item) => item.meta), nextKey: batch.at(-1)?.key ?? 0 };
    },
    waiting: () =>
      [...lines.values()]
        .filter((line) => line.items.length > 0)
        .map((line) => ({ queue: line.queue, count: line.items.length })),
    trim(limits) {
      for (let extra = countOf('singleChat') - limits.single; extra > 0; extra -= 1) dropOldest('singleChat');
      for (let extra = countOf('groupChat') - limits.group; extra > 0; extra -= 1) dropOldest('groupChat');
    },
    all: () =>
      [...lines.values()]
        .flatMap((line) => line.items)
        .sort((a, b) => a.key - b.key)
        .map((item) => item.meta),
  };
}
