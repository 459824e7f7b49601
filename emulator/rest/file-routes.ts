import { ok, refuse, type Route } from './route.ts';
import { readForm } from './form-data.ts';

/** What the first picture of any video is here. */
const FRAME = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

/** Uploads and downloads, for attachments and combined messages. */
export const fileRoutes: readonly Route[] = [
  {
    name: 'upload',
    method: 'POST',
    path: 'chatfiles',
    handle(request, { apiUrl, files, world }) {
      const parts = readForm(request.bytes, request.contentType);
      const part = parts.find(({ filename }) => filename !== undefined);
      if (part === undefined) return refuse(400, 'illegal_argument', 'no file in the request', 14403);
      if (part.bytes.length > world.policies.maxFileBytes) return refuse(413, 'request_entity_too_large', 'the file is too large');
      const file = files.add({
        by: request.account.userId,
        bytes: part.bytes,
        contentType: part.contentType,
        filename: part.filename ?? '',
        isRestricted: request.isRestricted,
        query: Object.fromEntries(request.query),
        fields: Object.fromEntries(parts.filter((other) => other.filename === undefined).map(({ name, bytes }) => [name, bytes.toString()])),
      });
      return ok({
        uri: `${apiUrl()}/${world.appKey.replace('#', '/')}/chatfiles`,
        entities: [
          {
            uuid: file.id,
            type: 'chatfile',
            'share-secret': file.secret,
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
    handle({ path, query }, { files }) {
      const file = files.find(path[1] ?? '');
      if (file === undefined) return refuse(404, 'not_found', 'Service resource not found');
      if (file.isRestricted && query.get('share-secret') !== file.secret) return refuse(403, 'forbidden', 'chatfile no permission');
      if (query.get('vframe') === 'true') return { status: 200, headers: { 'content-type': 'image/png' }, body: FRAME };
      // A thumbnail is the picture itself.
      return { status: 200, headers: { 'content-type': file.contentType }, body: file.bytes };
    },
  },
];
