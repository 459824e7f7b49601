import { SyncError } from '../protocol/errors.ts';
import type { OfferMessage, OfferRequest } from '../protocol/offer.ts';
import type { ChatService, ServiceEvent } from '../worker/service/chat-service.ts';
import { isOfThread } from '../worker/service/easemob/is-of-thread.ts';

/** How long the application waits for the store at most. Unit: ms. */
export const PATIENCE_MS = 2_000;

/** This tab's service, offered to the engine through one port. */
export interface OfferedService {
  /**
   * Tells the engine. Resolves when it has stored the event, so that what is asked of it then is answered with it; or after
   * {@link PATIENCE_MS}: the application goes on whatever becomes of the store.
   */
  tell(event: ServiceEvent, options: { readonly isOwn: boolean }): Promise<void>;
  close(): void;
}

/** Serves the engine's calls on a port, and hands on what the service tells. */
export function offerService(service: ChatService, port: MessagePort): OfferedService {
  const waiting = new Map<number, () => void>();
  let lastEvent = 0;

  const post = (message: OfferMessage): void => port.postMessage(message);

  const answer = async (id: number, name: string, args: readonly unknown[]): Promise<void> => {
    try {
      const method = service[name as keyof ChatService] as ((...given: readonly unknown[]) => unknown) | undefined;
      if (typeof method !== 'function') throw new SyncError('unsupported', name);
      post({ type: 'answer', id, value: await method.apply(service, [...args]) });
    } catch (error) {
      post({ type: 'answer', id, error: SyncError.from(error).toData() });
    }
  };

  port.onmessage = ({ data }: MessageEvent<OfferRequest>) => {
    if (data.type === 'call') return void answer(data.id, data.name, data.args);
    waiting.get(data.id)?.();
    waiting.delete(data.id);
  };

  const tell: OfferedService['tell'] = (event, { isOwn }) =>
    new Promise((resolve) => {
      lastEvent += 1;
      const timer = setTimeout(resolve, PATIENCE_MS);
      waiting.set(lastEvent, () => {
        clearTimeout(timer);
        resolve();
      });
      // An error does not survive the port as the class it is.
      const plain = 'error' in event ? { ...event, error: event.error.toData() } : event;
      post({ type: 'event', id: lastEvent, event: plain, isOwn });
    });
  const unsubscribe = service.subscribe((event) => {
    // The application hears the SDK's own words by its own handlers.
    if (event.type === 'notice') return;
    const isMessages = event.type === 'messages';
    void tell(isMessages ? { ...event, messages: event.messages.filter((each) => !isOfThread(each)) } : event, { isOwn: false });
  });

  return {
    tell,
    close() {
      unsubscribe();
      // Nobody will take them in any more: whoever waits goes on.
      for (const goOn of waiting.values()) goOn();
      waiting.clear();
      port.close();
    },
  };
}
