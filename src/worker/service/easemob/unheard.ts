import { isRecord } from '../../../protocol/take.ts';
import type { SdkPrivate } from './sdk-types.ts';

/**
 * Reads a page of history and takes no event away: the SDK tells of no message that it has decoded before, in a page either, and
 * nobody would hear of one that is read in the background before it is delivered. Removal: when a page leaves the SDK's note
 * of what came as it is (checked with 4.21.1).
 *
 * @returns The page.
 */
export async function unheard(sdk: Pick<SdkPrivate, '_load_msg_cache'>, readPage: () => Promise<unknown>): Promise<unknown> {
  const heard = new Set(sdk._load_msg_cache.map(({ msgId }) => msgId));
  const answer = await readPage();
  const messages = isRecord(answer) && Array.isArray(answer['messages']) ? answer['messages'].filter(isRecord) : [];
  const read = new Set(messages.map(({ id }) => id));
  const cache = sdk._load_msg_cache;
  cache.splice(0, cache.length, ...cache.filter(({ msgId }) => heard.has(msgId) || !read.has(msgId)));
  return answer;
}
