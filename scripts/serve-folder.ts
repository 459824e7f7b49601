import { createReadStream, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** Answers a request if it asks for a file of its folder. @returns Whether it did; if not, the response is untouched. */
export type FileHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

/** The file a URL's path means inside `folder`, or undefined when it means none or reaches outside. */
function fileFor(folder: string, url: string): { file: string; sizeBytes: number } | undefined {
  let wanted: string;
  try {
    wanted = decodeURIComponent(new URL(url, 'http://folder').pathname);
  } catch {
    return undefined;
  }
  if (wanted.includes('\0')) return undefined;
  const file = path.join(folder, wanted.endsWith('/') ? `${wanted}index.html` : wanted);
  if (!file.startsWith(folder + path.sep)) return undefined;
  const info = statSync(file, { throwIfNoEntry: false });
  return info?.isFile() === true ? { file, sizeBytes: info.size } : undefined;
}

/**
 * Serves the files of a folder, for the demo and for tests.
 *
 * - GET and HEAD only; `/` is `index.html`; nothing outside the folder, however it is written.
 * - Every answer says `no-cache`: a rebuilt page is seen at once, and offline is proved by the service worker alone.
 *
 * @param root Folder with the files.
 */
export function serveFolder(root: string): FileHandler {
  const folder = path.resolve(root);
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const found = fileFor(folder, request.url ?? '/');
    if (found === undefined) return false;
    response.writeHead(200, {
      'content-type': CONTENT_TYPES[path.extname(found.file)] ?? 'application/octet-stream',
      'content-length': found.sizeBytes,
      'cache-control': 'no-cache',
    });
    if (request.method === 'HEAD') response.end();
    else createReadStream(found.file).on('error', (error) => response.destroy(error)).pipe(response);
    return true;
  };
}
