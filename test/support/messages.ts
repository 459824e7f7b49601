import type { Message } from '../../src/protocol/model.ts';

/**
 * @param number Orders the messages: a later number has a later time and a greater id.
 * @returns A text message to alice, from bob unless said otherwise.
 */
export function message(number: number, fields: Partial<Message> = {}): Message {
  return {
    id: String(1_000_000 + number),
    time: 1_700_000_000_000 + number,
    from: 'bob',
    to: 'alice',
    chatType: 'singleChat',
    type: 'txt',
    msg: `message ${number}`,
    ...fields,
  };
}

/** @returns The messages `from` to `through`, both inclusive, in order. */
export function messages(from: number, through: number): readonly Message[] {
  return Array.from({ length: Math.max(0, through - from + 1) }, (_, index) => message(from + index));
}
