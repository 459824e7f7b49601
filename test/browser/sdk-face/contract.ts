import type { Chat } from 'moorage';

/** How a call ended, in words that cross from a page to the test. */
export type Ended =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: { readonly name: string; readonly type?: unknown; readonly code?: string; readonly details?: { readonly [name: string]: unknown } } };

/** The two sides of the test page, at `window.face`: Moorage, and the SDK itself with the SDK's own plugins. */
export interface Face {
  /** Connects Moorage, and waits until it is live. */
  connect(): Promise<void>;
  chat(): Chat;
  /** Logs the SDK in, as another device of the same user, and waits until it says that it is connected. */
  openSdk(): Promise<void>;
  /** Calls a method by its name: `contact.getBlocklist`. An argument `{ asFile: 'content' }` is a file with that content. */
  askMoorage(method: string, args: readonly unknown[]): Promise<Ended>;
  askSdk(method: string, args: readonly unknown[]): Promise<Ended>;
  /** Makes a message by the SDK and sends it. @returns `sent`, or why not. */
  sendBySdk(fields: { readonly [field: string]: unknown }): Promise<string>;
  /** Sends by Moorage. @returns Its client id, and `sent` once it has left the outbox, or how it failed. */
  sendByMoorage(message: Parameters<Chat['send']>[0]): Promise<readonly [clientId: string, outcome: string]>;
  /** What an SDK of this page has: methods of its core, of its plugins. */
  sdkMethods(): { readonly [plugin: string]: readonly string[] };
  /** Names and payloads of what was heard since the last time, in order. */
  heard(side: 'moorage' | 'sdk'): readonly (readonly [name: string, data: unknown])[];
  /** Listens to these events on both sides. Resolves when the worker knows of it. */
  listen(names: readonly string[]): Promise<void>;
}

declare global {
  interface Window {
    face: Face;
  }
  /** Where the emulator is; written before each script. */
  var faceConfig: { readonly appKey: string; readonly apiUrl: string; readonly socketUrl: string };
}
