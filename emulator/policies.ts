/** What a second login from the same device id does to the first: see `emulator/README.md`. */
export type SameDeviceLogin = 'kick' | 'close' | 'allow';

/**
 * The service's rules that an account, a plan or a console setting decides. All of them are live: a change holds
 * from the next request or frame on.
 *
 * - `null` means "no limit".
 */
export type Policies = {
  /** Most conversations kept per user; the quietest unpinned one leaves when a new one comes. The service: 100. */
  conversationsPerUser: number | null;
  /** Most rows a page of the conversation list brings, whatever was asked. */
  listPageMax: number;
  /** Most rows a page of the old list (`pageNum`, `pageSize`) brings. */
  oldListPageMax: number;
  /** Most messages a page of history brings, whatever was asked. */
  historyPageMax: number;
  /** What the last page says as its cursor: `''`, or `'undefined'` as the SDK's typings mention. */
  listEndCursor: '' | 'undefined';
  /** How far the conversation list lags behind messages, in ms. */
  listLagMs: number;
  /** List calls a user may make in a minute before 429 with `Retry-After`. */
  listCallsPerMinute: number | null;
  /** The same for history. */
  historyCallsPerMinute: number | null;
  /** Age in ms past which messages are gone from history, which then ends with `is_last`. */
  retentionMs: number | null;
  sameDeviceLogin: SameDeviceLogin;
  /** Most devices logged in at once per platform; the newest kicks the oldest. */
  devicesPerPlatform: number | null;
  /** Age in ms after which a message can no longer be recalled. */
  recallWindowMs: number | null;
  /** Times one message can be edited. */
  editsPerMessage: number;
  pinnedConversationsMax: number;
  /** Messages that can be pinned in one conversation. */
  pinnedMessagesMax: number;
  /** Different reactions one message can have. */
  reactionsPerMessage: number;
  /** Most users named with a reaction; the count is of all. */
  reactionUsersMax: number;
  /** Single-chat messages kept for a device that is away; the oldest are lost. */
  offlineSingleMax: number;
  /** Group messages kept for a device that is away; the oldest are lost. */
  offlineGroupMax: number;
  /** Most messages in one downstream batch. */
  syncBatch: number;
  /** Ids one `removeHistoryMessages` request may carry. */
  removeIdsMax: number;
  /** The largest file that can be uploaded, in bytes. */
  maxFileBytes: number;
  /** Life of a token from a login by password, and of issued tokens that do not say otherwise, in ms. */
  tokenLifeMs: number;
};

/**
 * The service as it is documented to be by default.
 *
 * @returns A fresh object each time, so that emulators do not share their settings.
 */
export function createPolicies(overrides: Partial<Policies> = {}): Policies {
  return {
    conversationsPerUser: 100,
    listPageMax: 50,
    oldListPageMax: 20,
    historyPageMax: 50,
    listEndCursor: '',
    listLagMs: 0,
    listCallsPerMinute: null,
    historyCallsPerMinute: null,
    retentionMs: null,
    sameDeviceLogin: 'kick',
    devicesPerPlatform: 4,
    recallWindowMs: 120_000,
    editsPerMessage: 10,
    pinnedConversationsMax: 50,
    pinnedMessagesMax: 20,
    reactionsPerMessage: 20,
    reactionUsersMax: 3,
    offlineSingleMax: 500,
    offlineGroupMax: 200,
    syncBatch: 50,
    maxFileBytes: 10 * 1024 * 1024,
    removeIdsMax: 50,
    tokenLifeMs: 24 * 60 * 60 * 1000,
    ...overrides,
  };
}
