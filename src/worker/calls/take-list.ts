import type { OutgoingMessage } from '../../protocol/model.ts';
import { invalid, isName, isRecord, isWhole, take } from '../../protocol/take.ts';
import { isListOf } from './check.ts';

/** Messages that one message combines at most, and how deep: messages of combined ones among them. The service's documented maxima. */
const MOST_MESSAGES = 300;
const DEEPEST = 10;

const isQuoted = (value: unknown): value is { readonly combineLevel?: unknown } =>
  isRecord(value) && ['id', 'type', 'from', 'to'].every((field) => isName(value[field])) && isWhole(0)(value['time']);

/**
 * Makes a file of the messages that a message combines: it is kept and uploaded as other files are, and the service makes of it what
 * it has for that.
 *
 * @param message As the application gave it. With a `url` in the place of its list it has been uploaded before, and is as it is.
 * @returns The message with `file`, the list as JSON, and `combineLevel`: how deep it goes, from 1.
 * @throws {SyncError} `invalid-argument` naming `messageList`
 */
export function takeList({ messageList, ...message }: OutgoingMessage): OutgoingMessage {
  if (messageList === undefined && message['url'] !== undefined) return message;
  const list = take({ messageList }, 'messageList', isListOf(isQuoted, MOST_MESSAGES));
  const combineLevel = 1 + Math.max(...list.map((one) => Number(one.combineLevel ?? 0)));
  try {
    if (combineLevel <= DEEPEST) return { ...message, combineLevel, file: { data: new Blob([JSON.stringify(list)]), filename: 'combine' } };
  } catch {
    // Circular, or with numbers that have no name in JSON.
  }
  throw invalid('messageList');
}
