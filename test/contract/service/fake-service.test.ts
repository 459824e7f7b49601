import type { Message } from '../../../src/protocol/model.ts';
import { SyncError } from '../../../src/protocol/errors.ts';
import { createFakeService } from '../../../src/testing/fake-service.ts';
import type { Fault, ServiceCall } from '../../../src/testing/fake-faults.ts';
import type { Environment } from '../../../src/worker/environment.ts';
import { guardService } from '../../../src/worker/service/guarded-service.ts';
import { describeChatService } from './chat-service-contract.ts';
import { describeMessageCommands } from './message-commands-contract.ts';
import type { BedFault, ServiceBed } from './service-bed.ts';

const calls = { list: 'getConversations', history: 'getHistory' } as const satisfies Record<string, ServiceCall>;

const faults: { readonly [Name in BedFault]: Fault } = {
  'rate-limited': { type: 'reject', error: new SyncError('rate-limited', 'later', { details: { retryAfterMs: 2_000 } }) },
  'server-error': { type: 'reject', error: new SyncError('service-failed', 'failed') },
  'proxy-page': { type: 'reject', error: new SyncError('service-failed', 'failed') },
  unauthorized: { type: 'reject', error: new SyncError('unauthorized', 'the token was refused') },
  malformed: { type: 'answer', value: { nonsense: true } },
  hang: { type: 'hang' },
};

const timeoutMs = 500;

const environment: Pick<Environment, 'setTimer'> = {
  setTimer: (callback, delayMs) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** The fake behind the guard that the engine puts before every service. */
async function openFakeBed(): Promise<ServiceBed> {
  const account = { appKey: 'org#app', userId: 'alice' };
  const fake = createFakeService();
  const { server } = fake;
  const service = guardService(fake.factory(account), { environment, timeoutMs, attempted: () => Promise.resolve() });
  // The others are somewhere too: their mailboxes exist.
  for (const userId of ['alice', 'bob', 'carol']) server.mailbox(userId);
  return {
    account,
    service,
    timeoutMs,
    token: () => fake.token('alice'),
    close: () => service.disconnect(),
    backend: {
      write: async (message): Promise<Message> => server.write(message),
      recall: async (messageId) => server.recall(messageId),
      edit: async (messageId, text) => void server.edit(messageId, text),
      react: async (options) => server.react(options),
      pinMessage: async ({ messageId, userId, isPinned }) => server.pinMessage(messageId, isPinned ? userId : null),
      acknowledgeMessage: async ({ messageId, userId, type }) => (type === 'read' ? server.readMessage(messageId, userId) : server.deliver(messageId)),
      mute: async (ref, isMuted) => server.setMuted('alice', ref, isMuted),
      command: async (options) => void server.command(options),
      read: async (userId, ref) => void server.read(userId, ref),
      unread: async (ref) => server.mailbox('alice').unread(ref),
      history: async (ref) => server.history('alice', ref).map(({ id }) => id),
      makeGroup: async (groupId, members) => server.makeGroup(groupId, members),
      kick: async () => fake.kick('alice'),
      dropConnections: async () => fake.dropConnections(),
      failNext: async (request, fault) => server.faults.failNext(calls[request], faults[fault]),
    },
  };
}

describeChatService('fake', openFakeBed);
describeMessageCommands('fake', openFakeBed);
