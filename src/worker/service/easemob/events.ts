import type { Position } from '../../../protocol/ids.ts';
import type { Message, ServiceNotice } from '../../../protocol/model.ts';
import type { ServiceEvent } from '../chat-service.ts';
import { isFields, textOf, type Fields } from './checked.ts';
import { toDeviceEvent, toPinEvent, toReactionEvent } from './map-event.ts';
import { conversationOf, isStoredMessage, toMessage, userIdOf } from './map-message.ts';
import type { SdkHandlers, SdkPrivate } from './sdk-types.ts';

/**
 * How long single messages wait for the end of their batch. Unit: ms. The SDK announces a batch after its messages, and
 * not at all when one of them could not be decoded; the others must not wait for ever.
 */
const BATCH_WAIT_MS = 20;

/** The SDK's events for single messages that are stored. */
const MESSAGE_EVENTS = [
  'onTextMessage',
  'onImageMessage',
  'onVideoMessage',
  'onAudioMessage',
  'onFileMessage',
  'onLocationMessage',
  'onCustomMessage',
  'onCombineMessage',
] as const;

export type EventsOptions = {
  readonly userId: string;
  /** Where the SDK notes what was sent to a group. */
  readonly cache: () => SdkPrivate['_load_msg_cache'];
  /** The handlers of what concerns the connection. */
  readonly connection?: SdkHandlers;
  readonly emit: (event: ServiceEvent) => void;
};

/** Turns the SDK's events into {@link ServiceEvent}s. */
export interface Events {
  /** Has a handler under whatever name the SDK looks for, those of later versions included. */
  readonly handlers: SdkHandlers;
  /** Hands on what still waits for its batch. Idempotent. */
  flush(): void;
}

/** @returns The value mapped, or undefined where it cannot be: an event has nobody to be refused to. */
function attempt<T>(map: () => T): T | undefined {
  try {
    return map();
  } catch {
    return undefined;
  }
}

/**
 * - Messages of one batch are handed on together, each id once, in the order they came.
 * - What cannot be read is left out: what it was is found again in history.
 * - Other events hand on waiting messages first, so that their order stays.
 * - Every event is a notice as well, under the SDK's name and with its own payload, in the order of the SDK, each after
 *   what it means.
 */
export function createEvents({ userId, cache, connection, emit }: EventsOptions): Events {
  let waiting = new Map<string, Message>();
  let notices: ServiceNotice[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    const messages = [...waiting.values()];
    const noted = notices;
    waiting = new Map();
    notices = [];
    if (messages.length > 0) emit({ type: 'messages', messages });
    for (const notice of noted) emit({ type: 'notice', notice });
  }

  /** A message's notice waits with it. */
  function note(name: string, data: unknown): void {
    const notice = { name, data };
    if (waiting.size === 0) return emit({ type: 'notice', notice });
    notices.push(notice);
    if (!(MESSAGE_EVENTS as readonly string[]).includes(name)) flush();
  }

  function collect(payload: unknown): void {
    const message = isStoredMessage(payload) ? attempt(() => toMessage(payload)) : undefined;
    if (message === undefined) return;
    waiting.set(message.id, message);
    timer ??= setTimeout(flush, BATCH_WAIT_MS);
  }

  function tell(event: ServiceEvent | undefined): void {
    flush();
    if (event !== undefined) emit(event);
  }

  /** Receipts and recalls do not say whether they belong to a group; the SDK's note of their own id does. */
  function isGroup(receipt: Fields): boolean {
    const note = cache().findLast(({ msgId }) => msgId === receipt['id']);
    if (note !== undefined) return note.isGroup;
    return userIdOf(textOf(receipt, 'from')) !== userId && userIdOf(textOf(receipt, 'to')) !== userId;
  }

  function onReceipt(toEvent: (conversation: ReturnType<typeof conversationOf>, receipt: Fields) => ServiceEvent | undefined) {
    return (payload?: unknown): void => {
      if (!isFields(payload)) return;
      const conversation = conversationOf(
        { from: textOf(payload, 'from'), to: textOf(payload, 'to'), isGroup: isGroup(payload) },
        userId,
      );
      tell(conversation.conversationId === '' ? undefined : toEvent(conversation, payload));
    };
  }

  /** Where a receipt stands among the messages: it has an id and a time of the service as they have. */
  const positionOf = ({ id, time }: Fields): { readonly through?: Position } =>
    typeof id === 'string' && typeof time === 'number' && id !== '' && time > 0 ? { through: { time, id } } : {};

  const isOwn = (receipt: Fields): boolean => userIdOf(textOf(receipt, 'from')) === userId;

  const meanings: SdkHandlers = {
    ...connection,
    ...Object.fromEntries(MESSAGE_EVENTS.map((name) => [name, collect])),
    onMessage: (batch) => {
      if (Array.isArray(batch)) batch.forEach(collect);
      flush();
    },
    onRecallMessage: onReceipt((conversation, receipt) => ({ type: 'recalled', conversation, messageId: textOf(receipt, 'mid') })),
    onModifiedMessage: (payload) => tell(toEdited(payload)),
    onDeliveredMessage: onReceipt((conversation, receipt) =>
      isOwn(receipt) ? undefined : { type: 'delivered', conversation, messageId: textOf(receipt, 'mid') },
    ),
    onReadMessage: onReceipt((conversation, receipt) =>
      isOwn(receipt) ? undefined : { type: 'read', conversation, messageId: textOf(receipt, 'mid'), ...readCountOf(receipt) },
    ),
    onChannelMessage: onReceipt((conversation, receipt) => ({
      conversation,
      ...(isOwn(receipt) ? { type: 'read-elsewhere', ...positionOf(receipt) } : { type: 'read-by-peer' }),
    })),
    onMultiDeviceEvent: (payload) => tell(toDeviceEvent(payload)),
    onReactionChange: (payload) => tell(toReactionEvent(payload, userId)),
    onMessagePinEvent: (payload) => tell(toPinEvent(payload, userId)),
  };
  const handlers = new Proxy(meanings, {
    get: (_target, name: string) => (payload?: unknown) => {
      meanings[name]?.(payload);
      note(name, payload);
    },
  });
  return { handlers, flush };
}

/** How many of a group have read a message; the SDK gives the counts of several. */
function readCountOf({ mid, groupReadCount }: Fields): { readonly readCount?: number } {
  const count = isFields(groupReadCount) && typeof mid === 'string' ? groupReadCount[mid] : undefined;
  return typeof count === 'number' ? { readCount: count } : {};
}

/**
 * An edit of the text alone comes with an empty `ext`, although the message keeps the one it had: an empty one is left
 * out, and what is left out is unchanged.
 */
function toEdited(payload: unknown): ServiceEvent | undefined {
  if (!isStoredMessage(payload)) return undefined;
  const { ext, ...rest } = payload;
  const hasExt = isFields(ext) && Object.keys(ext).length > 0;
  return attempt(() => ({ type: 'edited', message: toMessage(hasExt ? payload : rest) }));
}
