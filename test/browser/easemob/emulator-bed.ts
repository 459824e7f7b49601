import { startEmulator, type Emulator, type RestFault } from '../../../emulator/start-emulator.ts';
import type { ConversationRef } from '../../../src/protocol/ids.ts';
import type { ChatService } from '../../../src/worker/service/chat-service.ts';
import type { EasemobOptions } from '../../../src/worker/service/easemob/easemob-service.ts';
import type { BedFault, ServiceBackend, ServiceBed } from '../../contract/service/service-bed.ts';

/** Far more than an answer takes, on a slow machine too. */
const TIMEOUT_MS = 8000;

const FAULTS: { readonly [fault in BedFault]: Partial<RestFault> } = {
  'rate-limited': { type: 'status', status: 429, retryAfterSeconds: 2, body: 'json' },
  'server-error': { type: 'status', status: 500, body: 'json' },
  'proxy-page': { type: 'status', status: 502, body: 'html' },
  unauthorized: { type: 'status', status: 401, body: 'json' },
  malformed: { type: 'malformed' },
  hang: { type: 'hang' },
};

function backendOf(emulator: Emulator): ServiceBackend {
  const chatId = ({ conversationId, conversationType }: ConversationRef) => ({ id: conversationId, chatType: conversationType });
  return {
    write: async ({ conversationType = 'singleChat', from, to, text, ext }) =>
      emulator.write({ from, to, text, chatType: conversationType, ...(ext === undefined ? {} : { ext }) }),
    recall: async (messageId) => emulator.recall({ messageId }),
    edit: async (messageId, text) => emulator.edit({ messageId, text }),
    react: async ({ messageId, userId, reaction, isAdded }) => emulator.react({ from: userId, messageId, reaction, remove: !isAdded }),
    pinMessage: async ({ messageId, userId, isPinned }) => emulator.pinMessage({ from: userId, messageId, unpin: !isPinned }),
    acknowledgeMessage: async ({ messageId, userId, type }) =>
      emulator.acknowledgeMessage({ from: userId, messageId, type: type === 'read' ? 'read' : 'delivery' }),
    mute: async ({ conversationId, conversationType }, isMuted) =>
      emulator.silence({ userId: 'alice', conversationId, chatType: conversationType, type: isMuted ? 'NONE' : 'DEFAULT' }),
    command: async ({ from, to, action }) => void emulator.write({ from, to, chatType: 'singleChat', body: { type: 'cmd', action } }),
    read: async (userId, { conversationId, conversationType }) => emulator.acknowledgeChannel(userId, conversationId, conversationType),
    unread: async (conversation) => emulator.state.unread('alice', chatId(conversation)),
    history: async (conversation) => emulator.state.history('alice', chatId(conversation)).map(({ id }) => id),
    makeGroup: async (groupId, members) => emulator.setGroup(groupId, members),
    kick: async () => emulator.kick('alice', 'kicked'),
    dropConnections: async () => emulator.dropSockets('alice'),
    failNext: async (request, fault) => {
      const route = request === 'list' ? 'conversation-list' : 'history';
      emulator.faults.add({ on: 'rest', route, times: 1, ...FAULTS[fault] } as RestFault);
    },
  };
}

/** A bed on an emulator of its own. `makeService` says where the adapter runs. */
export async function openEmulatorBed(
  makeService: (account: ServiceBed['account'], options: EasemobOptions) => Promise<{ service: ChatService; close(): Promise<void> }>,
): Promise<ServiceBed & { readonly emulator: Emulator }> {
  const emulator = await startEmulator({ seed: { accounts: ['alice', 'bob', 'carol'], conversations: 0 } });
  const account = { appKey: emulator.appKey, userId: 'alice' };
  const { service, close } = await makeService(account, {
    apiUrl: emulator.apiUrl,
    socketUrl: emulator.socketUrl,
    deadlines: { callMs: TIMEOUT_MS, connectMs: 30_000, sendMs: TIMEOUT_MS },
  });
  return {
    account,
    service,
    emulator,
    backend: backendOf(emulator),
    token: () => emulator.issueToken('alice'),
    timeoutMs: TIMEOUT_MS,
    close: async () => {
      await close();
      await emulator.close();
    },
  };
}
