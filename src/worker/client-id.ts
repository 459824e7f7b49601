import type { Message } from '../protocol/model.ts';

/**
 * Makes client ids that grow: with the engine's epoch first, then by the order they were made in.
 *
 * @param options.engineId No other engine has it, on whatever device.
 */
export function createClientIds({ epoch, engineId }: { readonly epoch: number; readonly engineId: string }): () => string {
  let made = 0;
  return () => {
    made += 1;
    return `${String(epoch).padStart(8, '0')}-${String(made).padStart(8, '0')}-${engineId}`;
  };
}

/** @returns The client id that an own message was sent with, from any device; undefined where there is none. */
export function clientIdOf(message: Message, self: string): string | undefined {
  const ext = message['ext'];
  if (message.from !== self || typeof ext !== 'object' || ext === null || !('moorageClientId' in ext)) return undefined;
  return typeof ext.moorageClientId === 'string' ? ext.moorageClientId : undefined;
}
