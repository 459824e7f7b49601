import type { SyncErrorData } from '../../protocol/errors.ts';
import type { ConversationKey } from '../../protocol/ids.ts';
import type { BackfillState, HistoryState } from '../../protocol/model.ts';
import type { HistoryPage, HistoryRequest } from '../../protocol/worker-api.ts';

/** Fetches history, and knows how it stands with it: what everybody but the background needs of it. */
export interface HistorySource {
  /** Fetches one page as asked, and stores it; its commit reaches every view like any other. @throws {SyncError} what the service rejects with; `bad-response` */
  fetch(request: HistoryRequest): Promise<HistoryPage>;
  /** Fetches and stores a full page below a cursor; `''` for the newest. */
  fetchBelow(key: ConversationKey, cursor: string): Promise<HistoryPage>;
  /** How it stands with the page below a cursor. */
  at(key: ConversationKey, cursor: string): { readonly isLoading: boolean; readonly error: SyncErrorData | null };
  isLoading(key: ConversationKey): boolean;
  /** Whether the newest page was fetched and the list has told of nothing newer since. */
  isAsked(key: ConversationKey): boolean;
  /** What is stored of a conversation; right once `loaded`. */
  stateOf(key: ConversationKey): HistoryState;
  /** How far the background is. */
  state(): BackfillState;
  /** Resolves when it is known what is stored. */
  readonly loaded: Promise<void>;
  /** Something may be wanted, or possible, that was not before. */
  poke(): void;
}
