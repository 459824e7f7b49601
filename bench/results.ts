/** Who is measured: the SDK alone, the SDK with its `localCache` plugin, and Moorage. In the order of each round. */
export const SYSTEMS = ['sdk', 'localCache', 'moorage'] as const;
export type System = (typeof SYSTEMS)[number];

export const WORKS = ['sync1000', 'sync5000', 'list5000', 'first30', 'live2000', 'history5000'] as const;
export type Work = (typeof WORKS)[number];

/** Raw times of one work, ms, in the order they were taken. Empty where a system cannot do the work. */
export type Samples = Readonly<Record<System, readonly number[]>>;

/** The unread total each system ended the live messages with, one a run; `sent` is the truth. */
export type UnreadSamples = {
  readonly sent: number;
  readonly localCache: readonly number[];
  readonly moorage: readonly number[];
};

/** Medians in ms, and Moorage's as a multiple of the others'. Null where there is nothing to compare. */
export type WorkResult = {
  readonly sdk: number | null;
  readonly localCache: number | null;
  readonly moorage: number | null;
  readonly ratioToSdk: number | null;
  readonly ratioToLocalCache: number | null;
};

export type LiveResult = WorkResult & {
  readonly unread: { readonly sent: number; readonly localCache: number | null; readonly moorage: number | null };
};

/** One return to the list: how many conversations had changed, and what reading it again took. */
export type RoundSample = { readonly changed: number; readonly listCalls: number; readonly ms: number };

/** Raw times, ms, of what is measured against something else than the SDK. */
export type OtherSamples = {
  readonly store50000: { readonly raw: readonly number[]; readonly moorage: readonly number[] };
  readonly open100000: { readonly at1000: readonly number[]; readonly at100000: readonly number[] };
  readonly round: readonly RoundSample[];
  readonly fanout8: { readonly at50: readonly number[]; readonly at5000: readonly number[] };
  readonly send500: { readonly sdk: readonly number[]; readonly sdkInOrder: readonly number[]; readonly moorage: readonly number[] };
};

/** Medians in ms, and the second as a multiple of the first. */
export type Pair<First extends string, Second extends string> = Readonly<Record<First | Second | 'ratio', number | null>>;

export type Results = Readonly<Record<Exclude<Work, 'live2000'>, WorkResult>> & {
  readonly live2000: LiveResult;
  readonly store50000: Pair<'raw', 'moorage'>;
  readonly open100000: Pair<'at1000', 'at100000'>;
  /** By `changed`, ascending. `listCalls`: the most of all rounds; `ms`: the median. */
  readonly round: readonly RoundSample[];
  readonly fanout8: Pair<'at50', 'at5000'>;
  readonly send500: Pair<'sdk', 'moorage'>;
  readonly send500InOrder: Pair<'sdk', 'moorage'>;
};

/** @returns The middle value; of an even number the mean of the two in the middle. Null of none. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** @param digits Digits after the point. */
function round(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}

/** @returns How many times `value` is of `base`; null when one of them is missing or `base` is 0. */
export function ratio(value: number | null, base: number | null): number | null {
  return value === null || base === null || base === 0 ? null : round(value / base, 4);
}

/** Condenses the samples of one work. */
export function toWorkResult(samples: Samples): WorkResult {
  const sdk = median(samples.sdk);
  const localCache = median(samples.localCache);
  const moorage = median(samples.moorage);
  return {
    sdk: round(sdk, 1),
    localCache: round(localCache, 1),
    moorage: round(moorage, 1),
    ratioToSdk: ratio(moorage, sdk),
    ratioToLocalCache: ratio(moorage, localCache),
  };
}

/** Condenses two lists of times. Times of some milliseconds keep two digits. */
function toPair<First extends string, Second extends string>(
  samples: Readonly<Record<First | Second, readonly number[]>>,
  [first, second]: readonly [First, Second],
): Pair<First, Second> {
  const medians = { [first]: round(median(samples[first]), 2), [second]: round(median(samples[second]), 2) };
  const result = { ...medians, ratio: ratio(medians[second] ?? null, medians[first] ?? null) };
  return result as Pair<First, Second>;
}

function toRounds(samples: readonly RoundSample[]): readonly RoundSample[] {
  const changes = [...new Set(samples.map(({ changed }) => changed))].sort((a, b) => a - b);
  return changes.map((changed) => {
    const all = samples.filter((sample) => sample.changed === changed);
    const listCalls = Math.max(...all.map((sample) => sample.listCalls));
    return { changed, listCalls, ms: round(median(all.map(({ ms }) => ms)), 1) ?? 0 };
  });
}

/** Condenses everything that was measured. @see bench/README.md for what each key means. */
export function toResults(samples: Readonly<Record<Work, Samples>> & OtherSamples, unread: UnreadSamples): Results {
  return {
    sync1000: toWorkResult(samples.sync1000),
    sync5000: toWorkResult(samples.sync5000),
    list5000: toWorkResult(samples.list5000),
    first30: toWorkResult(samples.first30),
    live2000: {
      ...toWorkResult(samples.live2000),
      unread: { sent: unread.sent, localCache: median(unread.localCache), moorage: median(unread.moorage) },
    },
    history5000: toWorkResult(samples.history5000),
    store50000: toPair(samples.store50000, ['raw', 'moorage']),
    open100000: toPair(samples.open100000, ['at1000', 'at100000']),
    round: toRounds(samples.round),
    fanout8: toPair(samples.fanout8, ['at50', 'at5000']),
    send500: toPair(samples.send500, ['sdk', 'moorage']),
    send500InOrder: toPair({ sdk: samples.send500.sdkInOrder, moorage: samples.send500.moorage }, ['sdk', 'moorage']),
  };
}

/** What a run must show. `measured` says it in words. */
export type Goal = { readonly goal: string; readonly measured: string; readonly isMet: boolean };

function atMost(goal: string, measured: number | null, limit: number): Goal {
  return {
    goal,
    measured: measured === null ? 'not measured' : `${measured.toFixed(2)} ×`,
    isMet: measured !== null && measured <= limit,
  };
}

/** A page of the list is this many conversations. */
const LIST_PAGE_SIZE = 50;

function listCallGoal({ changed, listCalls }: RoundSample): Goal {
  const limit = Math.ceil(changed / LIST_PAGE_SIZE) + 1;
  const goal = `coming back after ${changed} of 5,000 conversations changed: at most ${limit} list calls`;
  return { goal, measured: String(listCalls), isMet: listCalls <= limit };
}

/** Compares the results with the goals of this stage. A goal that was not measured is not met. */
export function compareWithGoals(results: Results): readonly Goal[] {
  const { sync5000, list5000, live2000, history5000, store50000, open100000, round: rounds, fanout8, send500 } = results;
  const faster = ratio(list5000.localCache, list5000.moorage);
  const { sent, moorage } = live2000.unread;
  return [
    atMost('sync of 5,000 conversations: at most 1.3 × the SDK alone', sync5000.ratioToSdk, 1.3),
    {
      goal: 'whole list of 5,000: at least 10 × faster than localCache',
      measured: faster === null ? 'not measured' : `${faster.toFixed(1)} × faster`,
      isMet: faster !== null && faster >= 10,
    },
    atMost('2,000 live messages: at most 2 × the SDK alone', live2000.ratioToSdk, 2),
    {
      goal: '2,000 live messages: unread exact',
      measured: moorage === null ? 'not measured' : `${moorage} of ${sent}`,
      isMet: moorage === sent,
    },
    atMost('history of 5,000 messages: at most 1.3 × the SDK alone', history5000.ratioToSdk, 1.3),
    atMost('50,000 messages stored: at most 0.3 × raw IndexedDB', store50000.ratio, 0.3),
    atMost('timeline of 100,000 messages: at most 1.2 × that of 1,000', open100000.ratio, 1.2),
    ...rounds.map(listCallGoal),
    atMost('one change in 8 tabs with 5,000 conversations: at most 1.2 × that with 50', fanout8.ratio, 1.2),
    atMost('500 messages sent from 4 tabs, stored first: at most 2 × the SDK from one page', send500.ratio, 2),
  ];
}
