import type { Message } from 'moorage';
import type { Words } from './i18n/words.ts';

/** What a message says in one line of the list, or in its bubble: its text, or the name of its kind. */
export function messageText(message: Message, words: Words): string {
  if (message.type === 'txt') return typeof message['msg'] === 'string' ? message['msg'] : '';
  return words.message.kinds[message.type] ?? words.message.unknownKind(message.type);
}
