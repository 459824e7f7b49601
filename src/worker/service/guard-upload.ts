import { SyncError } from '../../protocol/errors.ts';
import { isName } from '../../protocol/take.ts';
import { late } from '../deadline.ts';
import type { Environment } from '../environment.ts';
import type { UploadedFields, UploadRequest } from './chat-service.ts';
import { asServiceError, checked } from './check-response.ts';

/**
 * Has a service upload a file so that it ends, whoever wrote the service.
 *
 * - It settles at once when its signal is aborted, and rejects with `timeout` when nothing was heard of it for `timeoutMs`; the
 *   service's own signal is aborted then.
 *
 * @throws {SyncError} `bad-response` when it does not say where the file is, `closed`
 *   when the signal was aborted, and what the service rejects with
 */
export function guardUpload(
  upload: (request: UploadRequest) => Promise<UploadedFields>,
  { environment, timeoutMs }: { readonly environment: Pick<Environment, 'setTimer'>; readonly timeoutMs: number },
): (request: UploadRequest) => Promise<UploadedFields> {
  return async (request) => {
    const own = new AbortController();
    let cancel = (): void => undefined;
    try {
      const fields = await new Promise<UploadedFields>((resolve, reject) => {
        const listen = (): void => {
          cancel();
          cancel = environment.setTimer(() => reject(late('uploadFile')), timeoutMs);
        };
        const onProgress = (share: number): void => {
          if (own.signal.aborted) return;
          listen();
          request.onProgress(share);
        };
        const abort = (): void => reject(new SyncError('closed', 'the upload was ended'));
        if (request.signal.aborted) return abort();
        request.signal.addEventListener('abort', abort);
        listen();
        upload({ ...request, onProgress, signal: own.signal }).then(resolve, reject);
      });
      return checked(fields, { url: isName });
    } catch (cause) {
      throw asServiceError(cause, 'uploadFile');
    } finally {
      cancel();
      own.abort();
    }
  };
}
