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

export type Results = Readonly<Record<Exclude<Work, 'live2000'>, WorkResult>> & { readonly live2000: LiveResult };

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

/** Condenses everything that was measured. @see bench/README.md for what each key means. */
export function toResults(samples: Readonly<Record<Work, Samples>>, unread: UnreadSamples): Results {
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
  };
}

/** What a run must show. `measured` says it in words. */
export type Goal = { readonly goal: string; readonly measured: string; readonly isMet: boolean };

function atMost(name: string, measured: number | null, limit: number): Goal {
  return {
    goal: `${name}: at most ${limit} × the SDK alone`,
    measured: measured === null ? 'not measured' : `${measured.toFixed(2)} ×`,
    isMet: measured !== null && measured <= limit,
  };
}

/** Compares the results with the goals of this stage. A goal that was not measured is not met. */
export function compareWithGoals({ sync5000, list5000, live2000, history5000 }: Results): readonly Goal[] {
  const faster = ratio(list5000.localCache, list5000.moorage);
  const { sent, moorage } = live2000.unread;
  return [
    atMost('sync of 5,000 conversations', sync5000.ratioToSdk, 1.6),
    {
      goal: 'whole list of 5,000: at least 8 × faster than localCache',
      measured: faster === null ? 'not measured' : `${faster.toFixed(1)} × faster`,
      isMet: faster !== null && faster >= 8,
    },
    atMost('2,000 live messages', live2000.ratioToSdk, 3),
    {
      goal: '2,000 live messages: unread exact',
      measured: moorage === null ? 'not measured' : `${moorage} of ${sent}`,
      isMet: moorage === sent,
    },
    atMost('history of 5,000 messages', history5000.ratioToSdk, 1.6),
  ];
}
