import type { Chat, Status } from 'moorage';

/** One row of the list as a tab shows it. */
export type ShownRow = {
  /** `singleChat:bob` */
  readonly key: string;
  readonly unread: number;
  /** Text of the last message, '' when there is none. */
  readonly text: string;
};

/** One message as a timeline shows it. */
export type ShownMessage = { readonly id: string; readonly text: string; readonly state: string };

/** Everything a tab shows at one moment, from its live queries alone. */
export type Shown = {
  readonly status: Status | undefined;
  readonly unread: number | undefined;
  readonly rows: readonly ShownRow[];
};

/** How a call ended; `code` is the SyncError's, or `not-a-sync-error`. */
export type Ending = { readonly ok: true } | { readonly ok: false; readonly code: string };

/** What the test page does, at `window.proof`. */
export interface ProofPage {
  /** Resolves once `connect()` has. */
  readonly connected: Promise<void>;
  readonly chat: () => Chat;
  readonly shown: () => Shown;
  /** What the timeline of a conversation shows; the first call opens it, and it stays open. */
  readonly timeline: (key: string) => { readonly isLoading: boolean; readonly messages: readonly ShownMessage[] };
  /** Starts a call and remembers how it ends. @returns Its number. */
  readonly begin: (name: string, call: (chat: Chat) => Promise<unknown>) => void;
  /** How the calls that were begun ended; undefined of one that is still open. */
  readonly endings: () => Readonly<Record<string, Ending | undefined>>;
}

declare global {
  interface Window {
    proof: ProofPage;
  }
  /** Where the emulator is; written before each script. */
  var proofConfig: { readonly appKey: string; readonly apiUrl: string; readonly socketUrl: string };
}
