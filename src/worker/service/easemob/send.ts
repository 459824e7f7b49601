import { SyncError } from '../../../protocol/errors.ts';
import type { Message, OutgoingMessage } from '../../../protocol/model.ts';
import { fieldsOf } from './checked.ts';
import { toMessage } from './map-message.ts';
import type { SdkConnection, SdkOutgoing } from './sdk-types.ts';

/** Types whose content is in the message itself. */
const PLAIN_TYPES: ReadonlySet<string> = new Set(['txt', 'custom', 'cmd', 'loc']);

/** Types whose content is a file. */
const FILE_TYPES: ReadonlySet<string> = new Set(['img', 'audio', 'video', 'file', 'combine']);

/** What the SDK makes of a file that it has uploaded itself, and sends. */
function toFileBody(message: OutgoingMessage): { readonly [field: string]: unknown } {
  const { type, url, secret, filename, filetype, file_length, length = 0, width = 0, height = 0 } = message;
  return { type, url, secret, filename, filetype, file_length, length, size: { width, height } };
}

/** What the SDK adds to a combined message when it has uploaded its file. */
function uploadedFields({ url, secret, filename, file_length, combineLevel = 1 }: OutgoingMessage): { readonly [field: string]: unknown } {
  return { url, secret, filename, file_length, combineLevel };
}

/**
 * Makes the SDK's message from ours.
 *
 * - Text, custom, command and location messages, and files that are uploaded already (`url`), those of combined messages among them.
 * - The SDK's own local id is new each time; what stays the same is `ext.moorageClientId`.
 *
 * @throws {SyncError} `unsupported` for other types, and for a file that is not uploaded.
 */
export function toSdkMessage(sdk: SdkConnection, message: OutgoingMessage, clientId: string): SdkOutgoing {
  const { conversation, ext, file, id: _id, from: _from, ...fields } = message;
  const isUploaded = FILE_TYPES.has(message.type) && typeof message['url'] === 'string';
  if ((!PLAIN_TYPES.has(message.type) && !isUploaded) || file !== undefined) {
    throw new SyncError('unsupported', 'messages of this type cannot be sent', { details: { type: message.type } });
  }
  const made = sdk.Message.create({
    ...fields,
    to: conversation.conversationId,
    chatType: conversation.conversationType,
    ext: { ...ext, moorageClientId: clientId },
  });
  if (message.type === 'combine') return { ...made, ...uploadedFields(message) };
  return isUploaded ? { ...made, body: toFileBody(message) } : made;
}

/**
 * Reads what `send` resolved with.
 *
 * @returns The message as the service accepted it, with the service's id and time.
 * @throws {SyncError} `bad-response` when the SDK does not say what was accepted.
 */
export function toSentMessage(answer: unknown): Message {
  const { message, serverMsgId } = fieldsOf(answer, 'sent');
  return toMessage({ ...fieldsOf(message, 'sent.message'), id: serverMsgId });
}

/** Reads what sending the acknowledgement resolved with. */
export function toAcknowledged(answer: unknown): { readonly through?: string } {
  const { serverMsgId } = fieldsOf(answer, 'sent');
  return typeof serverMsgId === 'string' && serverMsgId !== '' ? { through: serverMsgId } : {};
}

/** The acknowledgement that sets the service's unread count of a conversation to 0. */
export function toChannelAcknowledgement(sdk: SdkConnection, conversation: OutgoingMessage['conversation']): SdkOutgoing {
  return sdk.Message.create({
    type: 'channel',
    to: conversation.conversationId,
    chatType: conversation.conversationType,
  });
}
