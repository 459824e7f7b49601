import { randomUUID } from 'node:crypto';
import { ok, refuse, type Route } from './route.ts';

type StoredFile = { readonly bytes: Buffer; readonly contentType: string };

/** Uploads, for attachments and combined messages. Each emulator has its own files. */
export function createFileRoutes(): readonly Route[] {
  const files = new Map<string, StoredFile>();
  return [
    {
      name: 'upload',
      method: 'POST',
      path: 'chatfiles',
      handle(request, { apiUrl, world }) {
        const file = firstFile(request.bytes, request.contentType);
        if (file === undefined) return refuse(400, 'illegal_argument', 'no file in the request', 14403);
        const uuid = randomUUID();
        files.set(uuid, file);
        return ok({
          uri: `${apiUrl()}/${world.appKey.replace('#', '/')}/chatfiles`,
          entities: [
            {
              uuid,
              type: 'chatfile',
              'share-secret': `secret-${uuid}`,
              'file-metadata': { 'content-length': file.bytes.length, 'content-type': file.contentType },
            },
          ],
        });
      },
    },
    {
      name: 'download',
      method: 'GET',
      path: 'chatfiles/:x',
      public: true,
      handle({ path }) {
        const file = files.get(path[1] ?? '');
        if (file === undefined) return refuse(404, 'not_found', 'Service resource not found');
        return { status: 200, headers: { 'content-type': file.contentType }, body: file.bytes };
      },
    },
  ];
}

/** The first part of a multipart body that has a file name. */
function firstFile(body: Buffer, contentType: string): StoredFile | undefined {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const delimiter = Buffer.from(`--${boundary}`);
  let start = body.indexOf(delimiter);
  while (start >= 0) {
    const end = body.indexOf(delimiter, start + delimiter.length);
    if (end < 0) return undefined;
    const part = body.subarray(start + delimiter.length + 2, end - 2);
    const headEnd = part.indexOf('\r\n\r\n');
    const head = part.subarray(0, headEnd).toString();
    if (headEnd >= 0 && head.includes('filename=')) {
      const type = /content-type:\s*([^\r\n]+)/i.exec(head)?.[1] ?? 'application/octet-stream';
      return { bytes: Buffer.from(part.subarray(headEnd + 4)), contentType: type };
    }
    start = end;
  }
  return undefined;
}
