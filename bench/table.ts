import { WORKS, type Goal, type Results, type RoundSample, type Work, type WorkResult } from './results.ts';

const WORK_NAMES: Readonly<Record<Work, string>> = {
  sync1000: 'sync 1,000 conversations',
  sync5000: 'sync 5,000 conversations',
  list5000: 'whole list of 5,000 from storage',
  first30: 'first 30 rows from storage',
  live2000: '2,000 live messages, 50 conversations',
  history5000: 'history of 5,000 messages, 50 a page',
};

const COLUMNS = ['', 'SDK alone', '+ localCache', 'Moorage', '× SDK', '× localCache'] as const;

function time(ms: number | null): string {
  if (ms === null) return '–';
  return ms < 1000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

function times(ratio: number | null): string {
  return ratio === null ? '–' : ratio.toFixed(ratio < 0.1 ? 4 : 2);
}

function row(work: Work, result: WorkResult): readonly string[] {
  const { sdk, localCache, moorage, ratioToSdk, ratioToLocalCache } = result;
  return [WORK_NAMES[work], time(sdk), time(localCache), time(moorage), times(ratioToSdk), times(ratioToLocalCache)];
}

function unreadRow({ sent, localCache, moorage }: Results['live2000']['unread']): readonly string[] {
  const count = (value: number | null) => (value === null ? '–' : String(value));
  return [`unread they end with (sent: ${sent})`, '–', count(localCache), count(moorage), '', ''];
}

/** What is measured against something else than the SDK: it, ours, and how many times it that is. */
function pairRows({ store50000, open100000, fanout8, send500, send500InOrder }: Results): readonly (readonly string[])[] {
  return [
    ['50,000 messages stored (raw IndexedDB, a record a message)', time(store50000.raw), time(store50000.moorage), times(store50000.ratio)],
    ['100,000 stored messages opened and paged (1,000 of them)', time(open100000.at1000), time(open100000.at100000), times(open100000.ratio)],
    ['one change in 8 tabs, 5,000 conversations (50 of them)', time(fanout8.at50), time(fanout8.at5000), times(fanout8.ratio)],
    ['500 messages sent from 4 tabs (the SDK, from one page)', time(send500.sdk), time(send500.moorage), times(send500.ratio)],
    ['the same (the SDK, waiting for the answer before the next)', time(send500InOrder.sdk), time(send500InOrder.moorage), times(send500InOrder.ratio)],
  ];
}

function roundRow({ changed, listCalls, ms }: RoundSample): readonly string[] {
  return [`${changed} of 5,000 conversations changed while away`, String(listCalls), time(ms)];
}

/** Pads cells to columns, the first row's: the first to the left, numbers to the right. */
function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

/** @returns The results as tables for a terminal, without a newline at their end. */
export function formatResults(results: Results): string {
  const rows = WORKS.flatMap((work) => [
    row(work, results[work]),
    ...(work === 'live2000' ? [unreadRow(results.live2000.unread)] : []),
  ]);
  return [
    align([COLUMNS, ...rows]),
    align([['', '(that)', 'Moorage', '×'], ...pairRows(results)]),
    align([['', 'list calls', 'Moorage'], ...results.round.map(roundRow)]),
  ].join('\n\n');
}

/** @returns One line a goal: what was wanted, what was measured, and whether that meets it. */
export function formatGoals(goals: readonly Goal[]): string {
  return goals.map(({ goal, measured, isMet }) => `${isMet ? 'met    ' : 'NOT MET'}  ${goal} (${measured})`).join('\n');
}
