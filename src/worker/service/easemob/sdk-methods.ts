import { unsupported } from '../../unsupported.ts';
import type { ServiceEvent } from '../chat-service.ts';
import { isFields, textOf } from './checked.ts';
import { toDeviceEvent } from './map-event.ts';
import type { SdkConnection } from './sdk-types.ts';

type Method = (...args: readonly unknown[]) => unknown;

/** The plugins that the adapter itself uses. */
const PLUGINS = ['contact', 'silent'];

/** The core's methods that leave the login alone: that is the engine's. */
const CORE_METHODS = ['downloadAndParseCombineMessage', 'getChatFilesUrl', 'getTokenExpireTimestamp', 'isOpened', 'registerUser'];

/** Methods that would change what is stored without a word, or swallow messages: what the SDK reads by them it does not tell any more. */
const REFUSED = ['contact.deleteAllMessagesAndConversations', 'contact.fetchHistoryMessages'];

/**
 * Calls a method of the SDK by its name.
 *
 * - A plugin's own methods, `group.getGroupInfo`, and some of the core, by their names alone.
 *
 * @param options.plugins Names of the plugins that the application registered.
 * @throws {SyncError} `unsupported`, `details.method`; and whatever the method throws
 */
export function callMethod(
  sdk: SdkConnection,
  options: { readonly method: string; readonly args: readonly unknown[]; readonly plugins: readonly string[] },
): unknown {
  const { method, args } = options;
  const [, plugin, name] = /^(?:(\w+)\.)?([a-z]\w*)$/i.exec(method) ?? [];
  const members = sdk as unknown as { readonly [name: string]: unknown };
  const isOpen = plugin === undefined ? CORE_METHODS.includes(method) : [...PLUGINS, ...options.plugins].includes(plugin) && !REFUSED.includes(method);
  const owner = plugin === undefined ? members : members[plugin];
  const found = isOpen && isFields(owner) && (plugin === undefined || Object.hasOwn(owner, name ?? '')) ? owner[name ?? ''] : undefined;
  if (typeof found !== 'function') throw unsupported(method);
  return (found as Method).apply(owner, [...args]);
}

/** @returns What the other devices of the user are told of a method that was called here; undefined where that is nothing. */
export function eventOfMethod(method: string, [params]: readonly unknown[]): ServiceEvent | undefined {
  const isSet = method === 'silent.setSilentModeForConversation';
  if ((!isSet && method !== 'silent.clearRemindTypeForConversation') || !isFields(params)) return undefined;
  const setting = isFields(params['options']) ? params['options'] : {};
  return toDeviceEvent({
    operation: isSet ? 'setSilentModeForConversation' : 'removeSilentModeForConversation',
    conversationId: textOf(params, 'conversationId'),
    conversationType: params['type'],
    data: { type: setting['remindType'], ignoreDuration: setting['duration'] },
  });
}
