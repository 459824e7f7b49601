import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * @param {string} folder
 * @returns {string[]} Every file in it, relative to it, with `/` on every system; sorted, so that equal files are an equal list.
 */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(path.join(folder, name)).isFile())
    .map((name) => name.split(path.sep).join('/'))
    .sort();
}

/**
 * Puts the list of files where `demo/precache-manifest.ts` holds an empty one.
 *
 * - A file's revision is the hash of its content, so that an update fetches what changed and nothing else.
 * - To be used in the last part of a build: it lists what the parts before it have written.
 *
 * @param {{ folder: string, exclude: RegExp }} options `exclude`: what an app needs not to start, such as source maps
 *   and the service worker itself
 * @returns {import('rollup').Plugin}
 */
export function precacheManifest({ folder, exclude }) {
  /** @param {string} url */
  const revisionOf = (url) => createHash('sha256').update(readFileSync(path.join(folder, url))).digest('hex').slice(0, 16);
  return {
    name: 'precache-manifest',
    load(id) {
      if (path.basename(id) !== 'precache-manifest.ts') return null;
      const urls = filesIn(folder).filter((url) => !exclude.test(url));
      return `export const manifest = ${JSON.stringify(urls.map((url) => ({ url, revision: revisionOf(url) })))};`;
    },
  };
}
