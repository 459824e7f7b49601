/**
 * What every page of the benchmark can do, whoever it measures. The bench calls these through `window.bench`.
 *
 * Times are ms. `endedAt` is `Date.now()` at the end of the work: pages, emulator and bench run on one machine, so
 * a start taken outside and an end taken inside the page are of one clock.
 */
export interface BenchPage {
  /** Logs in. Resolves once connected to the service. */
  start(options: StartOptions): Promise<void>;
  /** Reads the whole conversation list, 50 a page, until what is measured has it (and has stored it, if it stores). */
  sync(): Promise<{ readonly endedAt: number; readonly rows: number }>;
  /** Reads the whole list from storage. */
  wholeList(): Promise<{ readonly ms: number; readonly rows: number }>;
  /** Reads the first rows from storage. */
  firstRows(limit: number): Promise<{ readonly ms: number; readonly rows: number }>;
  /** Gets ready to be handed so many live messages. Resolves once it is: only then may they be written. */
  expectMessages(count: number): Promise<void>;
  /** Waits until all of them were handed over (and stored, if it stores). */
  receiveAll(): Promise<{ readonly endedAt: number; readonly unread: number | null }>;
  /** Reads the history of a one-to-one conversation, 50 a page, until its end. */
  history(conversationId: string): Promise<{ readonly ms: number; readonly messages: number }>;
  /** Sends so many texts to these users in turn, without waiting in between, until the service has accepted them all. */
  sendMessages(to: readonly string[], count: number, isInOrder?: boolean): Promise<{ readonly startedAt: number; readonly endedAt: number }>;
}

/** What only Moorage is asked: several tabs of one account, and timelines over what is stored. */
export interface MoorageBenchPage extends BenchPage {
  /** Opens the timeline of a one-to-one conversation and pages back in it. `ms` holds the opening and each page. */
  openTimeline(conversationId: string, pages: number): Promise<{ readonly ms: readonly number[]; readonly messages: number }>;
  /** Watches the first rows of the list. Resolves with the first row's conversation once they are there. */
  watchRows(limit: number): Promise<{ readonly rows: number; readonly first: string }>;
  /** Changes a conversation so many times, each change once the one before is stored. @returns When each was asked for. */
  makeChanges(conversationId: string, count: number): Promise<readonly number[]>;
  /** @returns When the watched rows first showed each of so many changes; waits for them. */
  sawChanges(count: number): Promise<readonly number[]>;
}

/** Storage alone, without a service, a worker or a page's queries. */
export interface StorageBenchPage {
  /**
   * Stores histories, newest page first, 50 messages a page and a transaction, each transaction's completion awaited.
   *
   * @param system `raw`: a record a message, keyed by conversation, time and id, without an index.
   */
  storeHistory(system: StoreSystem, messages: number): Promise<{ readonly ms: number; readonly stored: number }>;
  /** Makes an account's stored conversation of so many messages, complete from its first to its last. */
  fill(options: { readonly account: BenchAccount; readonly conversationId: string; readonly messages: number }): Promise<void>;
}

export type StoreSystem = 'raw' | 'moorage';

export type BenchAccount = { readonly appKey: string; readonly userId: string };

export type StartOptions = {
  readonly appKey: string;
  readonly userId: string;
  readonly token: string;
  readonly apiUrl: string;
  readonly socketUrl: string;
};

declare global {
  interface Window {
    bench: BenchPage | StorageBenchPage;
  }
}
