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
}

export type StartOptions = {
  readonly appKey: string;
  readonly userId: string;
  readonly token: string;
  readonly apiUrl: string;
  readonly socketUrl: string;
};

declare global {
  interface Window {
    bench: BenchPage;
  }
}
