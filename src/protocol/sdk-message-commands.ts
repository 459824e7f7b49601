import type { SessionParams } from './sdk-local-cache.ts';
import type { SdkChatType } from './sdk-history.ts';
import type { SdkMessage } from './sdk-message.ts';

export type RecallOptions = {
  /** The message's id; or its client id, while it waits to be sent. */
  mid: string;
  /** The other user's id, or the group's id. */
  to: string;
  /** `singleChat` unless said. */
  chatType?: SdkChatType;
};

/** What the SDK tells of something that was sent. `serverMsgId`: the id of the message it is about. */
export type SentResult = { localMsgId: string; serverMsgId: string };

export type ModifyOptions = {
  messageId: string;
  /** The message as it shall be, made as for sending. Of a text `msg` and `ext` are changed, of the others what the service lets. */
  modifiedMessage: { readonly type: string; readonly to: string; readonly chatType: SdkChatType; readonly [field: string]: unknown };
};

export type ModifyResult = SentResult & { message: SdkMessage };

/** `conversationId` and `conversationType` may be given to save a search for the message. */
export type ReactionOptions = { messageId: string; reaction: string } & Partial<SessionParams>;

/**
 * The SDK's methods on messages. What they do shows in every tab at once, offline too, and is told to the service when it can be.
 *
 * With a connection they settle with the service's answer. Without one they resolve as soon as they are stored durably; what the
 * service refuses later is undone, and stays in `chat.outbox` as failed.
 *
 * @throws {SyncError} `invalid-argument`; `unsupported` for chat rooms; what the service refused it with
 */
export interface MessageCommands {
  /** Takes an own message back, for everybody. One that has not left yet is not sent. */
  recallMessage(options: RecallOptions): Promise<SentResult>;
  /** Edits an own message. One that has not left yet is sent as edited. */
  modifyMessage(options: ModifyOptions): Promise<ModifyResult>;
  /** @throws {SyncError} `not-found` as well: the message is not stored, and no conversation was given */
  addReaction(options: ReactionOptions): Promise<void>;
  /** @throws as above */
  deleteReaction(options: ReactionOptions): Promise<void>;
  /** Pins a message for everybody in the conversation. */
  pinMessage(options: SessionParams & { messageId: string }): Promise<void>;
  unpinMessage(options: SessionParams & { messageId: string }): Promise<void>;
}
