import type { ConversationType } from '../protocol/ids.ts';
import type { ServiceEvent } from '../worker/service/chat-service.ts';

/** What the service keeps for a user who is away, in the order it came. */
export interface Kept {
  keep(event: ServiceEvent): void;
  /** Takes it all out; messages that follow each other are one event. */
  take(): readonly ServiceEvent[];
}

/** Messages kept, the newest of each kind. Unit: messages. Documented by Easemob; what tells of messages is kept apart. */
const LIMITS: { readonly [type in ConversationType]: number } = { singleChat: 500, groupChat: 200 };

/** Makes an empty queue, as lossy as the service's own: the oldest messages fall out, recalls and receipts do not. */
export function createKept(): Kept {
  let kept: ServiceEvent[] = [];

  const isOf = (type: ConversationType) => (event: ServiceEvent): boolean => event.type === 'messages' && event.messages[0]?.chatType === type;

  return {
    keep(event) {
      const parts = event.type === 'messages' ? event.messages.map((message): ServiceEvent => ({ type: 'messages', messages: [message] })) : [event];
      kept.push(...parts);
      for (const type of ['singleChat', 'groupChat'] as const) {
        for (let excess = kept.filter(isOf(type)).length - LIMITS[type]; excess > 0; excess -= 1) kept.splice(kept.findIndex(isOf(type)), 1);
      }
    },
    take() {
      const taken: ServiceEvent[] = [];
      for (const event of kept) {
        const last = taken.at(-1);
        if (event.type === 'messages' && last?.type === 'messages') taken[taken.length - 1] = { type: 'messages', messages: [...last.messages, ...event.messages] };
        else taken.push(event);
      }
      kept = [];
      return taken;
    },
  };
}
