/** Messages per history request. Unit: messages. The service refuses or clips more than 50 (HB1). */
export const HISTORY_BATCH_SIZE = 50;

/** Conversations per list request of a sync round. Unit: conversations. The service's documented maximum (SY1). */
export const CONVERSATION_PAGE_SIZE = 50;

/** Conversations the service lists. Unit: conversations. Documented by the service: from a list that is full others were pushed out (SY3). */
export const LISTED_AT_MOST = 100;

/** Page sizes an application may ask for, inclusive. Documented by the service for lists and history alike. */
export const PAGE_SIZE_RANGE = { min: 1, max: 50 } as const;

/** Page sizes of the old paged list (`getConversationlist`), inclusive. */
export const OLD_LIST_PAGE_SIZE_RANGE = { min: 1, max: 20 } as const;

/** What `pageSize` means when it is left out. Unit: rows. The service's documented default. */
export const DEFAULT_PAGE_SIZE = 20;

/** Message ids per `removeHistoryMessages`, inclusive. Documented by the service; more is refused at the door. */
export const REMOVE_HISTORY_MAX_IDS = 50;

/**
 * How long a tab waits for the answer to one call. Unit: ms.
 * Longer than a service call's own deadline in the worker, so that the worker's named error arrives first.
 */
export const CALL_TIMEOUT_MS = 40_000;

/**
 * How long a tab waits for a worker's welcome. Unit: ms. A constructor's success proves nothing: a script that
 * failed to load answers with silence (TB5). A cold start with the SDK took up to 0.6 s on a small machine.
 */
export const HANDSHAKE_TIMEOUT_MS = 10_000;

/** How long the worker waits for one call of the chat service. Unit: ms. The SDK's own requests end after 15 s, or never. */
export const SERVICE_TIMEOUT_MS = 20_000;

/** The largest file a message may bring, unless configured. Unit: bytes. Documented by the service; more is refused at the door. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
