import { fieldsOf, idOf, isFields, listOf } from './checked.ts';
import { mapError } from './map-error.ts';
import { outcomeOf } from './watch-requests.ts';
import type { UploadRequest } from '../chat-service.ts';
import type { SdkConnection } from './sdk-types.ts';

/** The SDK's numbers for a file that could not be uploaded, and for an answer that did not come. */
const UPLOAD_FAILED = 101;
const NO_ANSWER = -2;

/** How the service names the kinds of conversations where files are uploaded. */
const CHAT_TYPES = { singleChat: 'CHAT', groupChat: 'GROUP' } as const;

/**
 * Uploads a file to the service's own store: the request that the SDK makes inside its `send`, made by itself.
 *
 * - The SDK uploads and sends in one call. A message whose answer was lost would have to be uploaded again, and an upload could be
 *   neither ended nor given more time than the message (docs/decisions/0008). A test compares this request with the SDK's.
 * - The request ends when the signal is aborted.
 *
 * @returns The service's answer, unread.
 * @throws {SyncError} what HTTP said, `refused` with the reason `too-large` for 413; `offline` when nothing was answered
 */
export function upload(sdk: SdkConnection, { message, file, onProgress, signal }: UploadRequest): Promise<unknown> {
  const { conversationId, conversationType } = message.conversation;
  const form = new FormData();
  form.append('file', file.data, file.filename || undefined);
  for (const [field, name] of [['thumbnailWidth', 'thumbnail-width'], ['thumbnailHeight', 'thumbnail-height']] as const) {
    const value = message[field];
    if (typeof value === 'number') form.append(name, String(value));
  }
  const request = new XMLHttpRequest();
  request.open('POST', `${sdk.getChatFilesUrl()}?chat-type=${CHAT_TYPES[conversationType]}&chat-target=${encodeURIComponent(conversationId)}`);
  // Only who was sent the secret may download it.
  request.setRequestHeader('restrict-access', 'true');
  request.setRequestHeader('Accept', '*/*');
  request.setRequestHeader('Authorization', `Bearer ${sdk.token}`);
  // Not there where the host has only a stand-in for requests: then there is no progress.
  (request.upload as XMLHttpRequestUpload | undefined)?.addEventListener('progress', ({ loaded, total }) => onProgress(Math.min(1, loaded / total)));
  return new Promise((resolve, reject) => {
    const abort = (): void => request.abort();
    signal.addEventListener('abort', abort);
    request.addEventListener('loadend', () => {
      signal.removeEventListener('abort', abort);
      if (request.status === 200) resolve(request.responseText);
      else reject(mapError(failureOf(request), outcomeOf(request)));
    });
    request.send(form);
  });
}

/** In the SDK's words, for `mapError`: what HTTP said decides what it is. */
function failureOf({ status, responseText }: XMLHttpRequest): object {
  if (status === 0) return { type: NO_ANSWER };
  if (status === 413) return { type: UPLOAD_FAILED, message: 'too-large' };
  const answer = parsed(responseText);
  return { type: UPLOAD_FAILED, message: isFields(answer) ? answer['error_description'] : undefined };
}

/**
 * Reads what an upload was answered with.
 *
 * @param filesUrl Where the service keeps files.
 * @returns Fields for the message: where the file is, and the secret to download it with.
 * @throws {SyncError} `bad-response`
 */
export function toUploaded(answer: unknown, filesUrl: string): { readonly url: string; readonly secret: string } {
  const [entity] = listOf(fieldsOf(parsed(answer), 'upload')['entities'], 'upload.entities');
  const { uuid, 'share-secret': secret } = fieldsOf(entity, 'upload.entity');
  return { url: `${filesUrl}/${idOf(uuid, 'upload.uuid')}`, secret: idOf(secret, 'upload.share-secret') };
}

/** @returns What the text says; undefined when it is no JSON: a proxy's page, or half an answer. */
function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text)) as unknown;
  } catch {
    return undefined;
  }
}
