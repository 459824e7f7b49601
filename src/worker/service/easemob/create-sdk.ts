import './easemob-shim.ts';
import MiniCore from 'easemob-websdk/miniCore/miniCore.js';
import contactPlugin from 'easemob-websdk/contact/contact.js';
import silentPlugin from 'easemob-websdk/silent/silent.js';
import type { SdkConnection, SdkOptions } from './sdk-types.ts';

/**
 * Makes an instance of the unmodified SDK: the core (which can send messages), the contact plugin (lists and history) and
 * the silent plugin (do not disturb). Its own `localCache` is left out: it counts wrongly and would store everything twice.
 */
export function createSdk(options: SdkOptions): SdkConnection {
  const core = new MiniCore(options);
  core.usePlugin(contactPlugin, 'contact');
  core.usePlugin(silentPlugin, 'silent');
  return core as unknown as SdkConnection;
}
