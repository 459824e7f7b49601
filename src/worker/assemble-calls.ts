import type { OutgoingMessage } from '../protocol/model.ts';
import type { WorkerApi } from '../protocol/worker-api.ts';
import { createContact } from './calls/contact.ts';
import { createHistory } from './calls/history.ts';
import { createLocalCache } from './calls/local-cache.ts';
import { createMessageCommands } from './calls/message-commands.ts';
import { createSdkCalls } from './calls/sdk-calls.ts';
import { createTabCalls } from './calls/tab-calls.ts';
import type { Environment } from './environment.ts';
import type { ChatService } from './service/chat-service.ts';
import type { TabRegistryOptions } from './tabs/tab-registry.ts';

/** Everything that calls are answered from. */
type Parts = Parameters<typeof createLocalCache>[0] &
  Parameters<typeof createContact>[0] &
  Parameters<typeof createHistory>[0] &
  Parameters<typeof createMessageCommands>[0] &
  Omit<Parameters<typeof createTabCalls>[0], 'timeline' | 'sendNow'> &
  Omit<Parameters<typeof createSdkCalls>[0], 'own'>;

/**
 * Wires what tabs can call. Nothing here decides.
 *
 * @param options.own The calls of the engine itself.
 */
export function assembleCalls(
  options: Parts & {
    readonly service: Pick<ChatService, 'send'>;
    readonly environment: Pick<Environment, 'uniqueId'>;
    readonly own: Pick<WorkerApi, 'refresh' | 'logOut'>;
  },
): Pick<TabRegistryOptions, 'callSdk' | 'makeApi'> {
  const { service, environment } = options;
  const localCache = createLocalCache(options);
  const contact = {
    ...createContact(options),
    ...createHistory(options),
    ...createMessageCommands(options),
  };

  const sendNow = async (message: OutgoingMessage): Promise<string> => {
    const clientId = environment.uniqueId();
    await service.send(message, { clientId });
    return clientId;
  };

  return {
    callSdk: createSdkCalls({ service, own: { localCache, contact } }),
    makeApi: (feed) => ({
      ...localCache,
      ...contact,
      ...createTabCalls({ ...options, sendNow, timeline: feed.timeline }),
      ...options.own,
    }),
  };
}
