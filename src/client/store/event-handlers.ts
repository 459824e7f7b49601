import type { ServiceNotice } from '../../protocol/model.ts';
import { isRecord, take } from '../../protocol/take.ts';
import type { EventHandlers } from '../sdk-declarations.ts';
import type { Line } from './live-store.ts';

/** The application's handlers, by their ids. */
export interface HandlerRegistry {
  add(id: string, handlers: EventHandlers): void;
  remove(id: string): void;
  receive(notice: ServiceNotice): void;
}

/** The worker sends this tab only notices that it has handlers for. */
export function createHandlerRegistry({ keep, tell }: Line): HandlerRegistry {
  const registry = new Map<string, EventHandlers>();
  const want = (): void => keep({ type: 'notices', names: [...new Set([...registry.values()].flatMap(Object.keys))] });

  return {
    add(id, handlers) {
      // One that is none would have every later call fail.
      take({ handlers }, 'handlers', isRecord);
      registry.set(id, handlers);
      want();
    },
    remove(id) {
      registry.delete(id);
      want();
    },
    receive: ({ name, data }) => registry.forEach((handlers) => tell(() => (handlers as { readonly [event: string]: ((data: unknown) => void) | undefined })[name]?.(data), data)),
  };
}
