import type { ChatroomApi } from 'easemob-websdk/chatroom/chatroom.js';
import type { Contact as SdkContact } from 'easemob-websdk/contact/contact.js';
import type { GroupApi } from 'easemob-websdk/group/group.js';
import type { Silent } from 'easemob-websdk/silent/silent.js';
import type { Thread } from 'easemob-websdk/thread/thread.js';
import type { Translation } from 'easemob-websdk/translation/translation.js';
import type { EventHandlerType } from 'easemob-websdk/types/eventHandler.js';
import type { Contact } from '../protocol/sdk-contact.ts';

/*
 * The one place where the client looks at the SDK's declarations, of the version that the application has. Without the SDK
 * all of them are `any`: the events and methods below are then known by no name, and everything else is as it is.
 */

/**
 * What an application is told in the service's own words, by the names of the service's own events: those of the SDK, and
 * whatever else a service tells.
 */
export type EventHandlers = NamedHandlers | Pick<EventHandlerType, keyof EventHandlerType>;

interface NamedHandlers extends EventHandlerType {
  readonly [event: string]: ((data: never) => void) | undefined;
}

/** Presence is not among them: its declarations do not compile (checked with 4.21.1), and would have an application's not compile either. */
type Plugins = {
  readonly chatroom: ChatroomApi;
  readonly contact: SdkContact;
  readonly group: GroupApi;
  readonly silent: Silent;
  readonly thread: Thread;
  readonly translation: Translation;
};

/** The names of the SDK's methods, with their plugins. */
type MethodName = { readonly [P in keyof Plugins]: `${P}.${keyof Plugins[P] & string}` }[keyof Plugins];

type MethodOf<Name> = Name extends `${infer P extends keyof Plugins}.${infer M}` ? (M extends keyof Plugins[P] ? Plugins[P][M] : unknown) : unknown;

/**
 * What the SDK's contact plugin has, with Moorage's own answers where there are some. A message that is edited is one of the SDK's
 * classes or any object like it.
 */
export type ContactMethods = Contact & Omit<Plugins['contact'], Exclude<keyof Contact, 'modifyMessage'>>;

/** The SDK in the worker. */
export interface Sdk {
  /**
   * Calls any method of a plugin that is registered in the worker, and of the core what does not touch the login:
   * `call('group.getGroupInfo', { groupId })`.
   *
   * - What Moorage answers itself, `contact.pinConversation`, is asked of it.
   * - The answer is the method's own, without what cannot cross a port.
   *
   * @throws {SyncError} `unsupported`, `details.method`, when there is no such method; `invalid-argument` naming what cannot be
   *   cloned, callbacks among it (but `success`, `error` and `fail`, which stay in the tab); what the service rejects with
   */
  call<Name extends MethodName | (string & {})>(
    method: Name,
    ...given: MethodOf<Name> extends (...given: infer Given) => unknown ? Given : readonly unknown[]
  ): MethodOf<Name> extends (...given: never) => infer Result ? Result : Promise<unknown>;
}
