import type { Emulator } from '../../../emulator/start-emulator.ts';

/** Which of two equal things a side acts upon: what one has changed the other could not change again. 0: the SDK. */
export type Side = 0 | 1;

/** One method: what is asked, what must be the same, and what the table says. */
export type MethodCase = {
  /** Left out: nothing. */
  readonly args?: (side: Side, seeded: Seeded) => readonly unknown[];
  /** Moorage's answer is its own: how it is better. Left out: it is the SDK's. */
  readonly better?: string;
  /** Refused with `unsupported`: why. */
  readonly notYet?: string;
  /** The fields of the answer that must be the same; left out: all of it. */
  readonly same?: (answer: never) => unknown;
  /** Gives the call something to act upon. */
  readonly before?: (side: Side, emulator: Emulator) => void | Promise<void>;
  /** What the service shows after the call, and did not show before it. */
  readonly done?: (side: Side, emulator: Emulator) => boolean;
};

/** What there is to act upon, two of each where a call changes it. */
export type Seeded = {
  readonly own: readonly string[];
  readonly others: readonly string[];
  /** Another token of the user. */
  readonly token: string;
  /** The user's number in calls. */
  readonly rtcUid: number;
  /** Where the list of a combined message lies. */
  readonly combined: { readonly url: string; readonly secret: string };
  /** Where a file of speech lies. */
  readonly voiceUrl: string;
};
