import './easemob-shim.ts';
import MiniCore from 'easemob-websdk/miniCore/miniCore.js';
import contactPlugin from 'easemob-websdk/contact/contact.js';
import silentPlugin from 'easemob-websdk/silent/silent.js';
import { invalid, isRecord } from '../../../protocol/take.ts';
import type { EasemobOptions } from './easemob-service.ts';
import type { SdkConnection, SdkOptions } from './sdk-types.ts';

/**
 * Makes an instance of the unmodified SDK: the core (which can send messages), the contact plugin (lists and history) and
 * the silent plugin (do not disturb). Its own `localCache` is left out: it counts wrongly and would store everything twice.
 *
 * @param plugins The application's own.
 * @throws {SyncError} `invalid-argument` naming `plugins` where one is none; and what the SDK throws at options that it does not like
 */
export function createSdk(options: SdkOptions, plugins: EasemobOptions['plugins'] = {}): SdkConnection {
  const core = new MiniCore(options);
  for (const [name, plugin] of Object.entries(plugins)) {
    // Left out in silence by the SDK: an import that was not what it was taken for.
    if (!isRecord(plugin) && typeof plugin !== 'function') throw invalid('plugins');
    core.usePlugin(plugin, name);
  }
  core.usePlugin(contactPlugin, 'contact');
  core.usePlugin(silentPlugin, 'silent');
  return core as unknown as SdkConnection;
}
