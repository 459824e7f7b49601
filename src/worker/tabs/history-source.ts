import type { SyncErrorData } from '../../protocol/errors.ts';
import type { ConversationKey } from '../../protocol/ids.ts';
import type { BackfillState, HistoryState } from '../../protocol/model.ts';
import type { HistoryPage, HistoryRequest } from '../../protocol/worker-api.ts';

/** What views and their loads need of the fetching of history. */
export interface HistorySource {
  /** Fetches and stores a page; its commit reaches every view like any other. */
  fetch(request: HistoryRequest): Promise<HistoryPage>;
  /** Fetches and stores a full page below a cursor; `''` for the newest. */
  fetchBelow(key: ConversationKey, cursor: string): Promise<HistoryPage>;
  /** How it stands with the page below a cursor. */
  at(key: ConversationKey, cursor: string): { readonly isLoading: boolean; readonly error: SyncErrorData | null };
  isLoading(key: ConversationKey): boolean;
  /** Whether the newest page was fetched and nothing newer is known of since. */
  isAsked(key: ConversationKey): boolean;
  stateOf(key: ConversationKey): HistoryState;
  state(): BackfillState;
  /** Resolves when `stateOf` is right. */
  readonly loaded: Promise<void>;
  /** A view wants something that it did not want before. */
  poke(): void;
}
