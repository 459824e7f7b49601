import { compareConversations } from '../../protocol/conversation-order.ts';
import type { ConversationKey } from '../../protocol/ids.ts';
import { inChunks } from './in-chunks.ts';
import type { ConversationRow } from './storage.ts';

/**
 * Rows in the copied head of the list. Unit: rows. More than a first screen asks for; each live message writes the head
 * again, so larger is slower.
 */
export const HEAD_SIZE = 32;

/** Rows from which a write stores them as one page instead of one by one. Unit: rows. Below it single rows are cheaper. */
const PAGE_MIN_ROWS = 8;

/** Rows of a page when everything is written anew. Unit: rows. */
const PAGE_SIZE = 50;

/** Replaced rows that may lie in pages before all is written anew, besides as many as there are conversations. Unit: rows. */
const WASTE_ALLOWANCE = 1_000;

type Page = { readonly number: number; readonly rows: readonly ConversationRow[] };

/** What one write does to the two object stores. Everything is cleared first when `isRewrite`. */
export type ConversationPlan = {
  readonly isRewrite: boolean;
  readonly pages: readonly Page[];
  readonly deadPages: readonly number[];
  readonly singles: readonly { readonly key: ConversationKey; readonly row: ConversationRow | null }[];
  readonly deadSingles: readonly ConversationKey[];
  /** Undefined when it stays as it is. */
  readonly head: readonly ConversationRow[] | undefined;
  /** Takes the plan over into the directory; to be called when it is stored. */
  readonly commit: () => void;
};

/** All conversations as stored, and where the current version of each lies. */
export interface ConversationDirectory {
  rows(): readonly ConversationRow[];
  /** The first rows in list order. */
  head(limit: number): readonly ConversationRow[];
  /** Decides how to store changes; changes nothing itself. @param changes Null: the conversation goes. */
  plan(changes: ReadonlyMap<ConversationKey, ConversationRow | null>): ConversationPlan;
}

/**
 * Makes the directory of what is stored.
 *
 * @param options.pages In order of their numbers: a row in a later page replaces one in an earlier page.
 * @param options.singles Replace what is in pages; null is a conversation that was removed.
 */
export function createConversationDirectory(options: {
  readonly pages: readonly Page[];
  readonly singles: ReadonlyMap<ConversationKey, ConversationRow | null>;
}): ConversationDirectory {
  const rows = new Map<ConversationKey, { readonly row: ConversationRow; readonly page: number | undefined }>();
  const singles = new Set<ConversationKey>();
  /** By number: rows a page holds, and how many of them are current. */
  const pages = new Map<number, { readonly size: number; current: number }>();
  let nextPage = 0;
  let headRows: readonly ConversationRow[] = [];

  function current(): readonly ConversationRow[] {
    return [...rows.values()].map(({ row }) => row);
  }

  function forget(key: ConversationKey): void {
    const page = pages.get(rows.get(key)?.page ?? -1);
    if (page !== undefined) page.current -= 1;
    rows.delete(key);
  }

  function placePage(page: Page): void {
    pages.set(page.number, { size: page.rows.length, current: page.rows.length });
    nextPage = Math.max(nextPage, page.number + 1);
    for (const row of page.rows) {
      forget(row.key);
      rows.set(row.key, { row, page: page.number });
    }
  }

  function placeSingle(key: ConversationKey, row: ConversationRow | null): void {
    forget(key);
    singles.add(key);
    if (row !== null) rows.set(key, { row, page: undefined });
  }

  function planRewrite(changes: ReadonlyMap<ConversationKey, ConversationRow | null>): ConversationPlan {
    const kept = [...rows].flatMap(([key, { row }]) => (changes.has(key) ? [] : [row]));
    const all = [...kept, ...[...changes.values()].filter((row) => row !== null)];
    const rewritten = inChunks(all, PAGE_SIZE).map((chunk, index) => ({ number: nextPage + index, rows: chunk }));
    const head = firstRows(all, HEAD_SIZE);
    return {
      ...{ isRewrite: true, pages: rewritten, deadPages: [], singles: [], deadSingles: [], head },
      commit() {
        for (const collection of [rows, singles, pages]) collection.clear();
        rewritten.forEach(placePage);
        headRows = head;
      },
    };
  }

  function headAfter(changes: ReadonlyMap<ConversationKey, ConversationRow | null>): readonly ConversationRow[] | undefined {
    const arriving = [...changes.values()].filter((row) => row !== null);
    // Where one leaves a full head, or goes down, any other may come up.
    const leavesRoom = headRows.some((row) => {
      const change = changes.get(row.key);
      // Asked this way round: of two rows of one conversation in the same place, each is said to come after the other.
      return change === null || (change !== undefined && compareConversations(row, change) < 0);
    });
    const others = headRows.length === HEAD_SIZE && leavesRoom ? current() : headRows;
    const head = firstRows([...others.filter(({ key }) => !changes.has(key)), ...arriving], HEAD_SIZE);
    return head.length === headRows.length && head.every((row, index) => row === headRows[index]) ? undefined : head;
  }

  options.pages.forEach(placePage);
  for (const [key, row] of options.singles) placeSingle(key, row);
  headRows = firstRows(current(), HEAD_SIZE);

  return {
    rows: current,

    head: (limit) => firstRows(current(), limit),

    plan(changes) {
      const puts = [...changes.values()].filter((row) => row !== null);
      const isPage = puts.length >= PAGE_MIN_ROWS;
      const leaving = new Map<number, number>();
      for (const key of changes.keys()) {
        const page = rows.get(key)?.page;
        if (page !== undefined) leaving.set(page, (leaving.get(page) ?? 0) + 1);
      }
      const deadPages = [...leaving].flatMap(([number, count]) => (pages.get(number)?.current === count ? [number] : []));
      const livePages = [...pages].filter(([number]) => !deadPages.includes(number));
      const stored = livePages.reduce((sum, [, { size }]) => sum + size, isPage ? puts.length : 0);
      if (stored > 2 * (rows.size + puts.length) + WASTE_ALLOWANCE) return planRewrite(changes);

      const added: readonly Page[] = isPage ? [{ number: nextPage, rows: puts }] : [];
      const single = [...changes].flatMap(([key, row]) => (isPage && row !== null ? [] : [{ key, row }]));
      const deadSingles = isPage ? puts.flatMap(({ key }) => (singles.has(key) ? [key] : [])) : [];
      const head = headAfter(changes);
      return {
        ...{ isRewrite: false, pages: added, deadPages, singles: single, deadSingles, head },
        commit() {
          added.forEach(placePage);
          for (const { key, row } of single) placeSingle(key, row);
          for (const key of deadSingles) singles.delete(key);
          for (const number of deadPages) pages.delete(number);
          headRows = head ?? headRows;
        },
      };
    },
  };
}

function firstRows(rows: readonly ConversationRow[], limit: number): readonly ConversationRow[] {
  return [...rows].sort(compareConversations).slice(0, Math.max(0, limit));
}
