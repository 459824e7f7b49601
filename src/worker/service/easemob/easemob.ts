import type { ChatServiceFactory } from '../chat-service.ts';
import { createSdk } from './create-sdk.ts';
import { createEasemobService, type EasemobOptions } from './easemob-service.ts';

/**
 * The chat service of Easemob and Agora Chat, over the unmodified `easemob-websdk` in the worker.
 *
 * - One login per account, under the device id the engine keeps; nothing is stored by the SDK.
 * - Every call has a deadline of its own; errors are {@link SyncError}s.
 * - The worker script's response must allow `'unsafe-eval'` if it carries a Content-Security-Policy: the SDK generates
 *   code, and without it a login never settles and ends here as `timeout`.
 *
 * @example
 * serve({ service: easemob() });
 * @example
 * import groupPlugin from 'easemob-websdk/group/group.js';
 * serve({ service: easemob({ plugins: { group: groupPlugin } }) });
 */
export function easemob(options: EasemobOptions = {}): ChatServiceFactory {
  return (account) => createEasemobService({ account, options, createSdk: (sdkOptions) => createSdk(sdkOptions, options.plugins) });
}
