import { SyncError } from '../../protocol/errors.ts';
import type { OutgoingFile, OutgoingMessage } from '../../protocol/model.ts';
import type { Environment } from '../environment.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ChatService, UploadRequest } from '../service/chat-service.ts';
import type { OutboxEntry } from '../storage/storage.ts';

type Send = Extract<OutboxEntry, { readonly type: 'send' }>;

/** @returns Whether a message brings a file that the service does not have yet: then nobody can have the message either. */
export function needsUpload({ file, url }: OutgoingMessage): boolean {
  return file !== undefined && url === undefined;
}

/** Has the service take the files of messages, before these are sent. */
export interface FileUploads {
  /**
   * Uploads the entry's file, unless it brings none or that is done, and stores where it is: a kill or a lost answer after that does not
   * upload it again.
   *
   * @returns The message to be sent: with what it says of its file, and without the file.
   * @throws {SyncError} what the service rejects with; `closed` when the entry was discarded; what the storage rejects with. In all of
   *   these cases the message has not left.
   */
  ready(entry: Send, options: Pick<UploadRequest, 'onProgress' | 'signal'>): Promise<OutgoingMessage>;
}

export type FileUploadsOptions = {
  readonly service: Pick<ChatService, 'uploadFile'>;
  readonly ledger: Ledger;
  readonly environment: Pick<Environment, 'measureImage'>;
  /** Aborts when the engine ends: so do the uploads. */
  readonly ended: AbortSignal;
  /** The service refused the token: a new one is wanted for the next attempt. */
  readonly onUnauthorized: () => void;
};

/** Makes the uploads of an account. */
export function createFileUploads(options: FileUploadsOptions): FileUploads {
  const { service, ledger, environment } = options;

  /** The size of an image, unless the message says it; nothing where it cannot be had. */
  const sizeOf = async ({ type, width }: OutgoingMessage, { data }: OutgoingFile): Promise<object | undefined> =>
    type === 'img' && width === undefined ? environment.measureImage?.(data).catch(() => undefined) : undefined;

  const upload = async (message: OutgoingMessage, file: OutgoingFile, request: Pick<UploadRequest, 'onProgress' | 'signal'>): Promise<object> => {
    // Queued by an engine whose service took files.
    if (service.uploadFile === undefined) throw new SyncError('unsupported', 'the service takes no files');
    const size = await sizeOf(message, file);
    request.onProgress(0);
    const fields = await service.uploadFile({ ...request, message, file });
    return { filename: file.filename, filetype: file.filetype, file_length: file.data.size, ...size, ...fields };
  };

  return {
    async ready(entry, { onProgress, signal }) {
      let { message } = entry;
      const { file } = message;
      if (file !== undefined && needsUpload(message)) {
        const over = new AbortController();
        const end = (): void => over.abort();
        for (const by of [signal, options.ended]) {
          if (by.aborted) end();
          by.addEventListener('abort', end);
        }
        const fields = await upload(message, file, { onProgress, signal: over.signal })
          .catch((cause: unknown) => {
            if (SyncError.from(cause).code === 'unauthorized') options.onUnauthorized();
            throw cause;
          })
          .finally(() => {
            for (const by of [signal, options.ended]) by.removeEventListener('abort', end);
          });
        message = { ...message, ...fields };
        await ledger.write(() => {
          const now = ledger.outbox().find(({ seq }) => seq === entry.seq);
          if (now?.type !== 'send') throw new SyncError('closed', 'the message was discarded');
          return { outboxUpdates: [{ ...now, message: { ...now.message, ...fields } }] };
        }, 'strict');
      }
      const { file: _sent, ...rest } = message;
      return rest;
    },
  };
}
