import { SyncError } from '../../../protocol/errors.ts';
import type { ConversationRef } from '../../../protocol/ids.ts';
import type { Message, OutgoingMessage } from '../../../protocol/model.ts';
import { fieldsOf, isFields } from './checked.ts';
import { toMessage } from './map-message.ts';
import type { SdkConnection, SdkOutgoing } from './sdk-types.ts';

/** What the service says to a command that finds things as it would make them; the SDK hands its words on, or its number. */
const ALREADY_SO: { readonly [command: string]: number | string } = {
  recall: 'message not found',
  react: 1101,
  // "The operation is illegal": there is no such reaction of the user, or no such message any more.
  unreact: 1103,
  unpin: 'param pin_msg_id illegal, please check it!',
};

/** Another device is just giving the same reaction: "please try again". */
const CREATING = 1102;

/** @returns The answer of a command, with its refusal named `already-so` where that is what it says. */
export async function orAlreadySo<T>(command: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    const error = SyncError.from(cause);
    const { serviceCode, reason } = error.details;
    if (serviceCode === CREATING) throw new SyncError('service-failed', error.message, { details: error.details });
    const word = ALREADY_SO[command];
    if (word === undefined || (word !== serviceCode && word !== reason)) throw error;
    throw new SyncError('refused', 'it is so already', { details: { ...error.details, reason: 'already-so' } });
  }
}

/** Makes the SDK's message that takes the place of another. Its content, and the application's own fields, are all that counts. */
export function toSdkEdit(sdk: SdkConnection, message: OutgoingMessage): SdkOutgoing {
  const { conversation, id: _id, from: _from, ...fields } = message;
  return sdk.Message.create({ ...fields, to: conversation.conversationId, chatType: conversation.conversationType });
}

/** Reads what `modifyMessage` resolved with. An `ext` that is empty was not given, and is unchanged. */
export function toEditedMessage(answer: unknown, messageId: string): Message {
  const { message } = fieldsOf(answer, 'edited');
  const { ext, ...fields } = fieldsOf(message, 'edited.message');
  const hasExt = isFields(ext) && Object.keys(ext).length > 0;
  return toMessage({ ...fields, ...(hasExt && { ext }), id: messageId });
}

/** The receipt of one message; in a group it may bring a text. */
export function toReadReceipt(sdk: SdkConnection, receipt: { readonly conversation: ConversationRef; readonly messageId: string; readonly text?: string }): SdkOutgoing {
  const { conversationId, conversationType } = receipt.conversation;
  const { text } = receipt;
  return sdk.Message.create({
    type: 'read',
    id: receipt.messageId,
    to: conversationId,
    chatType: conversationType,
    ...(text !== undefined && { ackContent: text }),
    ...(conversationType === 'groupChat' && { msgConfig: { allowGroupAck: true } }),
  });
}
