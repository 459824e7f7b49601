import type { ConversationRef, TimelineItem } from 'moorage';
import type { Context } from './context.ts';
import { h, setText } from './dom.ts';
import { createHoleRow, type HoleRow } from './hole-row.ts';
import { daysBetween } from './i18n/formats.ts';
import { createMessageRow, type MessageRow } from './message-row.ts';

/** Messages of one person closer than this stand together. Unit: ms. */
const FOLLOWING_MS = 5 * 60_000;

/** Makes a timeline's items into rows, and keeps the row of an item as long as the item is there. */
export interface TimelineRows {
  /** @returns The rows in order, with a row for each day. */
  elementsOf(items: readonly TimelineItem[]): HTMLLIElement[];
  /** @returns The row of an item of the last call. */
  rowOf(key: string): HTMLLIElement | undefined;
}

/** @param fill Fetches a page of a hole. */
export function createTimelineRows(context: Context, ref: ConversationRef, fill: (key: string) => void): TimelineRows {
  const { words, formats } = context.language;
  const messages = new Map<string, MessageRow>();
  const holes = new Map<string, HoleRow>();
  const days = new Map<string, HTMLLIElement>();

  function kept<Row>(rows: Map<string, Row>, key: string, make: () => Row): Row {
    const row = rows.get(key) ?? make();
    rows.set(key, row);
    return row;
  }

  return {
    elementsOf(items) {
      const nowMs = Date.now();
      const elements: HTMLLIElement[] = [];
      const used = new Set<string>();
      let above: Extract<TimelineItem, { type: 'message' }> | undefined;
      for (const item of items) {
        used.add(item.key);
        if (item.type === 'hole') {
          const row = kept(holes, item.key, () => createHoleRow(words, fill));
          row.show(item);
          elements.push(row.element);
          above = undefined;
          continue;
        }
        const { message } = item;
        const isNewDay = above === undefined || daysBetween(above.message.time, message.time) !== 0;
        const dayKey = `day:${daysBetween(message.time, 0)}`;
        if (isNewDay && !used.has(dayKey)) {
          used.add(dayKey);
          const dayRow = kept(days, dayKey, () => h('li', { class: 'day' }));
          setText(dayRow, formats.day(message.time, nowMs));
          elements.push(dayRow);
        }
        const row = kept(messages, item.key, () => createMessageRow(context, item, { showsAuthors: ref.conversationType === 'groupChat' }));
        const isFollowing = !isNewDay && above?.message.from === message.from && message.time - above.message.time < FOLLOWING_MS;
        row.show(item, { isFollowing });
        elements.push(row.element);
        above = item;
      }
      for (const rows of [messages, holes, days]) for (const key of rows.keys()) if (!used.has(key)) rows.delete(key);
      return elements;
    },
    rowOf: (key) => messages.get(key)?.element,
  };
}
