import { SyncError, type SyncErrorCode } from '../../../src/protocol/errors.ts';
import { createFakeService } from '../../../src/testing/fake-service.ts';
import { describeChatService } from './chat-service-contract.ts';
import type { BedFault, ServiceBed } from './service-bed.ts';

/** The fake has no transport that could fail: it is told the code a real one must come to. */
const CODES: { readonly [fault in BedFault]: SyncErrorCode } = {
  'rate-limited': 'rate-limited',
  'server-error': 'service-failed',
  'proxy-page': 'service-failed',
  unauthorized: 'unauthorized',
  malformed: 'bad-response',
  hang: 'timeout',
};

async function openFakeBed(): Promise<ServiceBed> {
  const fake = createFakeService();
  const { server } = fake;
  const account = { appKey: 'moorage#demo', userId: 'alice' };
  return {
    account,
    service: fake.factory(account),
    backend: {
      write: async (message) => server.write(message),
      recall: async (messageId) => server.recall(messageId),
      edit: async (messageId, text) => server.edit(messageId, text),
      read: async (userId, conversation) => server.read(userId, conversation),
      unread: async (conversation) => server.mailbox(account.userId).unread(conversation),
      history: async (conversation) => server.history(account.userId, conversation).map(({ id }) => id),
      makeGroup: async (groupId, members) => server.makeGroup(groupId, members),
      kick: async () => fake.kick(account.userId),
      dropConnections: async () => fake.dropConnections(),
      failNext: async (request, fault) => {
        const details = fault === 'rate-limited' ? { retryAfterMs: 2000 } : {};
        server.faults.failNext(request === 'list' ? 'getConversations' : 'getHistory', new SyncError(CODES[fault], fault, { details }));
      },
    },
    token: () => fake.token(account.userId),
    timeoutMs: 1000,
    close: async () => fake.abandon(),
  };
}

describeChatService('the fake of moorage/testing', openFakeBed);
