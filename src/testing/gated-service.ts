import type { ChatService } from '../worker/service/chat-service.ts';
import type { Pass } from './gated-port.ts';

/** A service of which a process hears only what `pass` lets through: answers and events alike. */
export function gateService(service: ChatService, pass: Pass): ChatService {
  const gate =
    (call: (...args: unknown[]) => Promise<unknown>) =>
    (...args: unknown[]): Promise<unknown> =>
      new Promise((resolve, reject) => {
        call(...args).then(
          (value) => pass(() => resolve(value)),
          (error: Error) => pass(() => reject(error)),
        );
      });
  const { wake, subscribe, sendable, ...calls } = service;
  const gated = Object.entries(calls).map(([name, call]) => [name, gate(call as (...args: unknown[]) => Promise<unknown>)] as const);
  return {
    // Each under its own name, with its own arguments and its own answer.
    ...(Object.fromEntries(gated) as unknown as typeof calls),
    ...(sendable && { sendable }),
    wake,
    subscribe: (listener) => subscribe((event) => pass(() => listener(event))),
  };
}
