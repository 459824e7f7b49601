/**
 * The version of everything that crosses the port between a tab and its worker: {@link file://./wire.ts} and
 * {@link file://./worker-api.ts}. Both sides say theirs in the handshake; a difference is refused with
 * `protocol-mismatch`, never guessed at (TB6).
 *
 * Raise it when a message or a call changes so that the other side's older code would misread it. A new optional
 * field needs no raise.
 *
 * History
 * - 1: the first.
 * - 2: windows that jump, holes with a state, totals of unread, presence, notices.
 * - 3: everything that waits in the outbox; windows and filters of the list; the SDK's methods by name.
 */
export const PROTOCOL_VERSION = 3;
