import { compareIds, lowerBound } from './ids.ts';
import { type Traces } from './traces.ts';
import { type Body } from '../msync/wire-types.ts';

export type ChatType = 'singleChat' | 'groupChat';

/**
 * What the service knows of a message. An edit changes `body`, `payload` and `edits`; what others do to it begins and
 * changes its `traces`.
 */
export type StoredMessage = {
  readonly id: string;
  readonly time: number;
  readonly from: string;
  /** The other user, or the group. */
  readonly to: string;
  readonly chatType: ChatType;
  /** The device it was written on, if it came over a socket. */
  readonly resource: string | undefined;
  body: Body;
  /** The body as it was received or first encoded: what the emulator does not know is passed on as it came. */
  payload: Uint8Array | undefined;
  edits: number;
  traces: Traces | undefined;
};

export type PinnedMessage = { readonly message: StoredMessage; readonly at: number; readonly by: string };

/** What two users, or a group, share: the messages in order of (time, id), which is the order of ids. */
export interface Channel {
  readonly chatType: ChatType;
  readonly messages: readonly StoredMessage[];
  /** Newest pin first. */
  readonly pins: PinnedMessage[];
  add(message: StoredMessage): void;
  remove(id: string): void;
  /** The newest message that satisfies `accept`. */
  last(accept: (message: StoredMessage) => boolean): StoredMessage | undefined;
  /**
   * A page in the direction asked, starting next to `cursor` without it.
   *
   * @param cursor A message's id, or `undefined` for the newest (`up`) or the oldest (`down`).
   * @param floor Messages with a lower id do not exist.
   */
  page(query: {
    readonly cursor: string | undefined;
    readonly direction: 'up' | 'down';
    readonly limit: number;
    readonly floor: string;
    readonly accept: (message: StoredMessage) => boolean;
  }): { readonly messages: StoredMessage[]; readonly isLast: boolean };
}

export function createChannel(chatType: ChatType): Channel {
  const messages: StoredMessage[] = [];
  const idOf = (message: StoredMessage): string => message.id;
  const pins: PinnedMessage[] = [];

  return {
    chatType,
    messages,
    pins,
    add(message) {
      const last = messages.at(-1);
      if (last === undefined || compareIds(last.id, message.id) < 0) messages.push(message);
      else messages.splice(lowerBound(messages, message.id, idOf), 0, message);
    },
    remove(id) {
      const index = lowerBound(messages, id, idOf);
      if (messages[index]?.id === id) messages.splice(index, 1);
      const pin = pins.findIndex((pinned) => pinned.message.id === id);
      if (pin >= 0) pins.splice(pin, 1);
    },
    last(accept) {
      for (let index = messages.length - 1; index >= 0; index -= 1) {
        const message = messages[index] as StoredMessage;
        if (accept(message)) return message;
      }
      return undefined;
    },
    page({ cursor, direction, limit, floor, accept }) {
      const oldest = lowerBound(messages, floor, idOf);
      const step = direction === 'up' ? -1 : 1;
      let index: number;
      if (cursor === undefined) index = direction === 'up' ? messages.length - 1 : 0;
      else {
        const at = lowerBound(messages, cursor, idOf);
        if (direction === 'up') index = at - 1;
        else index = messages[at]?.id === cursor ? at + 1 : at;
      }
      const found: StoredMessage[] = [];
      if (direction === 'down') index = Math.max(index, oldest);
      for (; index >= oldest && index < messages.length; index += step) {
        const message = messages[index] as StoredMessage;
        if (!accept(message)) continue;
        if (found.length === limit) return { messages: found, isLast: false };
        found.push(message);
      }
      return { messages: found, isLast: true };
    },
  };
}
