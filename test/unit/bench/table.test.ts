import { expect, test } from 'vitest';
import { toResults, type OtherSamples, type Samples, type Work } from '../../../bench/results.ts';
import { formatGoals, formatResults } from '../../../bench/table.ts';

const nothing: Samples = { sdk: [], localCache: [], moorage: [] };

const samples: Record<Work, Samples> & OtherSamples = {
  sync1000: { sdk: [200], localCache: [3000], moorage: [250] },
  sync5000: { sdk: [960], localCache: [17_200], moorage: [1300] },
  list5000: { sdk: [], localCache: [1440], moorage: [98.4] },
  first30: { sdk: [], localCache: [1440], moorage: [3.84] },
  live2000: { sdk: [410], localCache: [5000], moorage: [700] },
  history5000: nothing,
  store50000: { raw: [7900], moorage: [1185] },
  open100000: { at1000: [20], at100000: [22] },
  round: [{ changed: 10, listCalls: 2, ms: 41 }],
  fanout8: { at50: [], at5000: [] },
  send500: { sdk: [100], sdkInOrder: [120], moorage: [150] },
};

test('every work is a row, its times readable and its ratios beside them', () => {
  const lines = formatResults(toResults(samples, { sent: 2000, localCache: [128], moorage: [2000] })).split('\n');
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ['', 'SDK alone', '+ localCache', 'Moorage', '× SDK', '× localCache'],
    ['sync 1,000 conversations', '200 ms', '3.00 s', '250 ms', '1.25', '0.0833'],
    ['sync 5,000 conversations', '960 ms', '17.20 s', '1.30 s', '1.35', '0.0756'],
    ['whole list of 5,000 from storage', '–', '1.44 s', '98 ms', '–', '0.0683'],
    ['first 30 rows from storage', '–', '1.44 s', '3.8 ms', '–', '0.0027'],
    ['2,000 live messages, 50 conversations', '410 ms', '5.00 s', '700 ms', '1.71', '0.14'],
    ['unread they end with (sent: 2000)', '–', '128', '2000'],
    ['history of 5,000 messages, 50 a page', '–', '–', '–', '–', '–'],
    [''],
    ['', '(that)', 'Moorage', '×'],
    ['50,000 messages stored (raw IndexedDB, a record a message)', '7.90 s', '1.19 s', '0.15'],
    ['100,000 stored messages opened and paged (1,000 of them)', '20 ms', '22 ms', '1.10'],
    ['one change in 8 tabs, 5,000 conversations (50 of them)', '–', '–', '–'],
    ['500 messages sent from 4 tabs (the SDK, from one page)', '100 ms', '150 ms', '1.50'],
    ['the same (the SDK, waiting for the answer before the next)', '120 ms', '150 ms', '1.25'],
    [''],
    ['', 'list calls', 'Moorage'],
    ['10 of 5,000 conversations changed while away', '2', '41 ms'],
  ]);
});

test('columns are aligned: no row is longer than the head allows', () => {
  const lines = formatResults(toResults(samples, { sent: 2000, localCache: [], moorage: [] })).split('\n');
  const [head = '', first = ''] = lines;
  expect(first.indexOf('200 ms') + '200 ms'.length).toBe(head.indexOf('SDK alone') + 'SDK alone'.length);
});

test('a goal says whether it is met', () => {
  expect(
    formatGoals([
      { goal: 'a', measured: '1.2 ×', isMet: true },
      { goal: 'b', measured: '9 ×', isMet: false },
    ]),
  ).toBe('met      a (1.2 ×)\nNOT MET  b (9 ×)');
});
