import { SyncError } from '../../../protocol/errors.ts';
import { isRecord } from '../../../protocol/take.ts';
import type { SdkConnection, SdkOutgoing, SdkRoot } from './sdk-types.ts';

/** The piece of the SDK's frame that holds what a message says. */
const CONTENT = 'easemob.pb.MessageBody.Content';

/**
 * Makes the file of a combined message, as the SDK does inside its `send`: `cm`, each message as the SDK encodes it with its length
 * (4 bytes, the highest first) before it, and the exclusive or of every second byte.
 *
 * @param list The messages as JSON, oldest first.
 * @throws {SyncError} `invalid-argument` naming `messageList` where the SDK cannot encode one: its id is not the service's
 */
export async function toCombinedFile(sdk: SdkConnection, list: Blob): Promise<Blob> {
  const parts: BlobPart[] = ['cm'];
  try {
    for (const message of JSON.parse(await list.text()) as readonly object[]) {
      const encoded = new Uint8Array(sdk.mSync.encodeChatMsg({ ...message, isBuildCombinedMsg: true }));
      const length = new DataView(new ArrayBuffer(4));
      length.setUint32(0, encoded.length);
      parts.push(length, encoded);
    }
  } catch {
    throw new SyncError('invalid-argument', 'messageList cannot be encoded', { details: { parameter: 'messageList' } });
  }
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  const check = bytes.reduce((sum, byte, at) => (at > 2 && at % 2 === 1 ? sum ^ byte : sum), 0);
  return new Blob([bytes, Uint8Array.of(check)], { type: 'application/octet-stream' });
}

/**
 * Sends a combined message whose file is uploaded.
 *
 * - The SDK's `send` knows only to build and upload the file first, and to send in the callback of that (docs/decisions/0008). A combined
 *   message is a text with more fields, though: it is sent as that text, and the fields are put in where the SDK makes the content, within
 *   the tick of the call. A test compares what the other side gets. Removal: when `send` takes a combined message with its `url`.
 */
export function sendCombined(sdk: SdkConnection, { msgConfig, ...message }: SdkOutgoing): Promise<unknown> {
  const { compatibleText, filename, url, secret, file_length, title, summary, combineLevel } = message;
  const content = { subType: 0, displayName: filename, remotePath: url, secretKey: secret, fileLength: file_length, title, summary, combineLevel };
  const { root } = sdk;
  const lookup = (name: string): ReturnType<SdkRoot['lookup']> => {
    const type = root.lookup(name);
    return name === CONTENT ? { decode: (bytes) => Object.assign(type.decode(bytes), content) } : type;
  };
  // Of a text the SDK would have other languages made first, if it were told some.
  const config = isRecord(msgConfig) && { msgConfig: { ...msgConfig, languages: undefined } };
  sdk.root = { lookup };
  try {
    return sdk.send({ ...message, ...config, type: 'txt', msg: compatibleText });
  } finally {
    sdk.root = root;
  }
}
