import { isRecord } from '../../protocol/take.ts';
import { cloneable } from '../cloneable.ts';
import type { ChatService } from '../service/chat-service.ts';
import { unsupported } from '../unsupported.ts';

type Method = (options: unknown) => Promise<unknown>;

/** Methods of Moorage in the place of the SDK's: by plugin, and by name. */
export type OwnMethods = { readonly [plugin: string]: object };

/** Older names of the SDK for methods that change what is stored. */
const ALIASES: ReadonlyMap<string, string> = new Map([['contact.deleteSession', 'contact.deleteConversation']]);

/**
 * Makes the call of an SDK's method by its name, `group.getGroupInfo`.
 *
 * - What Moorage answers itself is asked of it, so that the store stays true; the rest goes to the service as it is. So does
 *   what is asked of a chat room: nothing of those is stored.
 * - What of an answer cannot cross a port is left out.
 *
 * @param options.own Found by their own names only.
 * @returns Takes the method's name, and what it is given: one object, or a list of arguments. Rejects with `unsupported`,
 *   `details.method`, where there is no such method; else with what the method or the service rejects with.
 */
export function createSdkCalls(options: {
  readonly service: Pick<ChatService, 'call'>;
  readonly own: OwnMethods;
}): (method: string, given: unknown) => Promise<unknown> {
  const { service, own } = options;
  const ownMethods = new Map(
    Object.entries(own).flatMap(([plugin, methods]) => Object.entries<Method>({ ...methods }).map(([name, method]) => [`${plugin}.${name}`, method])),
  );

  return async (method, given) => {
    const args: readonly unknown[] = Array.isArray(given) ? given : [given];
    const answered = ownMethods.get(ALIASES.get(method) ?? method);
    if (answered && !(service.call && method.startsWith('contact.') && isOfRoom(args[0]))) return answered(args[0]);
    if (service.call === undefined) throw unsupported(method);
    return cloneable(await service.call(method, args));
  };
}

function isOfRoom(options: unknown): boolean {
  if (!isRecord(options)) return false;
  const { chatType, conversationType, modifiedMessage } = options;
  return chatType === 'chatRoom' || conversationType === 'chatRoom' || isOfRoom(modifiedMessage);
}
