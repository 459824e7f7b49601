import type { TimelineItem } from 'moorage';

/** @returns Messages of others that are new to a reader who saw `before`: those after everything seen, oldest first. */
export function newMessages(before: readonly TimelineItem[], after: readonly TimelineItem[], ownId: string): TimelineItem[] {
  const seen = new Set(before.map(({ key }) => key));
  const arrived: TimelineItem[] = [];
  for (const item of [...after].reverse()) {
    if (item.type === 'message' && item.message.from === ownId) continue;
    if (seen.has(item.key)) break;
    if (item.type === 'message') arrived.push(item);
  }
  return arrived.reverse();
}
