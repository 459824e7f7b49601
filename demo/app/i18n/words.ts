import type { HistoryState, SyncErrorCode } from 'moorage';

/** How many, in the grammar of a language: 0, 1, 2, … */
export type Counted = (count: number) => string;

/** Everything the demo says, in one language. */
export type Words = {
  readonly appName: string;
  readonly languageName: string;
  readonly skipToMessages: string;
  readonly signIn: {
    readonly heading: string;
    readonly hint: string;
    readonly as: (name: string) => string;
    readonly loading: string;
    readonly unreachable: string;
    readonly tryAgain: string;
    readonly signOut: string;
    readonly signedInAs: (name: string) => string;
  };
  readonly signOut: {
    /** Asked where nothing waits to be sent. */
    readonly question: string;
    readonly heading: string;
    readonly waiting: Counted;
    readonly send: string;
    readonly keep: string;
    readonly discard: string;
    readonly means: { readonly send: string; readonly keep: string; readonly discard: string };
    readonly sending: string;
    readonly notSent: string;
    readonly stay: string;
  };
  readonly list: {
    readonly heading: string;
    readonly loading: string;
    readonly empty: string;
    readonly unread: Counted;
    readonly count: Counted;
    readonly pinned: string;
    readonly pin: string;
    readonly unpin: string;
    readonly noMessages: string;
    readonly you: string;
    readonly mentions: Counted;
    readonly muted: string;
    readonly markedUnread: string;
    readonly markUnread: string;
    readonly markRead: string;
    /** The menu of a row. */
    readonly actions: (name: string) => string;
  };
  readonly pane: {
    readonly choose: string;
    readonly back: string;
    readonly with: (name: string) => string;
    readonly loading: string;
    readonly loadingOlder: string;
    readonly olderFailed: (reason: string) => string;
    readonly beginning: string;
    readonly empty: string;
    readonly hole: string;
    readonly fillHole: string;
    readonly fillingHole: string;
    readonly holeFailed: (reason: string) => string;
    readonly newer: string;
    readonly loadingNewer: string;
    readonly goTo: string;
    readonly goToDay: string;
    readonly go: string;
    readonly goToOldest: string;
    readonly notThere: (reason: string) => string;
    readonly history: Readonly<Record<HistoryState['type'], string>>;
    readonly typing: (name: string) => string;
    readonly newBelow: Counted;
    readonly latest: string;
  };
  readonly message: {
    readonly queued: string;
    readonly sending: string;
    /** It may have arrived: that is being found out. */
    readonly unknown: string;
    readonly sent: string;
    readonly delivered: string;
    readonly read: string;
    readonly readBy: Counted;
    readonly edited: string;
    readonly pinnedBy: (name: string) => string;
    readonly reaction: (reaction: string, names: string) => string;
    readonly failed: (reason: string) => string;
    readonly pictureFrom: (name: string) => string;
    readonly uploading: (percent: string) => string;
    readonly cancel: string;
    readonly retry: string;
    readonly discard: string;
    readonly from: (name: string, text: string) => string;
    readonly kinds: Readonly<Record<string, string>>;
    readonly unknownKind: (type: string) => string;
  };
  readonly composer: {
    readonly label: (name: string) => string;
    readonly placeholder: string;
    readonly send: string;
    readonly hint: string;
    readonly notStored: (reason: string) => string;
    readonly attach: string;
    readonly attached: string;
    readonly remove: (file: string) => string;
    readonly tooLarge: (file: string, limit: string) => string;
    readonly unreadable: (file: string) => string;
  };
  readonly others: {
    readonly heading: string;
    readonly hint: string;
    readonly who: string;
    readonly text: string;
    readonly count: string;
    readonly delay: string;
    readonly write: string;
    readonly letWrite: (name: string) => string;
    readonly letMemberWrite: string;
    readonly done: Counted;
    readonly failed: string;
    /** What the other side does with messages that are there. */
    readonly actions: {
      readonly heading: string;
      readonly react: string;
      readonly edit: string;
      readonly recall: string;
      readonly pin: string;
      readonly read: string;
      readonly type: string;
      readonly done: string;
      readonly nothing: string;
      readonly editedText: (text: string) => string;
    };
    /** What the service does wrong. */
    readonly trouble: {
      readonly heading: string;
      readonly night: Counted;
      readonly lose: string;
      readonly lag: string;
      readonly down: string;
    };
    readonly samples: readonly string[];
  };
  readonly status: {
    readonly label: string;
    readonly starting: string;
    readonly fromCache: string;
    readonly connecting: string;
    readonly syncing: (done: string, total: string | null) => string;
    readonly live: string;
    readonly stale: (since: string) => string;
    readonly offline: (since: string | null) => string;
    readonly degraded: (reason: string) => string;
    /** `null`: signed out by hand, here or in another tab. */
    readonly signedOut: (reason: string | null) => string;
    readonly signInAgain: string;
  };
  /** The background reading of history. */
  readonly backfill: {
    readonly label: string;
    readonly running: (done: string, total: string | null) => string;
    readonly paused: (done: string, total: string | null) => string;
    readonly waiting: (reason: string | null) => string;
    readonly pause: string;
    readonly resume: string;
  };
  readonly update: { readonly ready: string; readonly apply: string; readonly later: string };
  readonly errors: Readonly<Partial<Record<SyncErrorCode, string>>> & { readonly other: string };
};
