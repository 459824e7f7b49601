import { expect, test } from 'vitest';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { OutgoingMessage } from '../../../src/protocol/model.ts';
import { createSdkCalls } from '../../../src/worker/calls/sdk-calls.ts';
import { createTabCalls } from '../../../src/worker/calls/tab-calls.ts';

/** Calls over a service that answers with what it was asked. */
function openCalls() {
  const own = {
    contact: { pinConversation: async (options: unknown) => ({ own: options }), deleteConversation: async (options: unknown) => ({ deleted: options }) },
  };
  return createSdkCalls({ own, service: { call: async (...asked) => asked } });
}

test('what Moorage answers itself is asked of it, by its older name too; the rest goes to the service', async () => {
  const call = openCalls();
  expect(await call('contact.pinConversation', { a: 1 })).toEqual({ own: { a: 1 } });
  expect(await call('contact.pinConversation', [{ a: 1 }])).toEqual({ own: { a: 1 } });
  expect(await call('contact.deleteSession', { channel: 'bob' })).toEqual({ deleted: { channel: 'bob' } });
  expect(await call('group.getGroupInfo', { groupId: '1' })).toEqual(['group.getGroupInfo', [{ groupId: '1' }]]);
  expect(await call('contact.addContact', ['bob', 'hi'])).toEqual(['contact.addContact', ['bob', 'hi']]);
  expect(await call('contact.constructor', [])).toEqual(['contact.constructor', []]);
});

test('what is asked of a chat room goes to the service: nothing of it is stored', async () => {
  const call = openCalls();
  for (const options of [{ chatType: 'chatRoom' }, { conversationType: 'chatRoom' }, { modifiedMessage: { chatType: 'chatRoom' } }]) {
    expect(await call('contact.pinConversation', options)).toEqual(['contact.pinConversation', [options]]);
  }
  const withoutMethods = createSdkCalls({ own: { contact: { pinConversation: async () => 'own' } }, service: {} });
  expect(await withoutMethods('contact.pinConversation', { chatType: 'chatRoom' })).toBe('own');
});

test('of an answer only what can cross a port is given', async () => {
  const call = createSdkCalls({ own: {}, service: { call: async () => ({ data: [1], next: () => undefined }) } });
  expect(await call('group.getGroupInfo', {})).toEqual({ data: [1], next: undefined });
});

test('a service without methods of its own has none', async () => {
  const call = createSdkCalls({ own: {}, service: {} });
  await expect(call('group.getGroupInfo', {})).rejects.toMatchObject({ code: 'unsupported', details: { method: 'group.getGroupInfo' } });
});

test('a command is sent now or not at all: it never waits in the outbox', async () => {
  const sent: unknown[] = [];
  const calls = createTabCalls({
    service: {},
    settings: { maxFileBytes: 1 },
    sendNow: async (message: OutgoingMessage) => {
      sent.push(message);
      if (sent.length > 1) throw new SyncError('offline', 'no connection');
      return 'c1';
    },
  } as Partial<Parameters<typeof createTabCalls>[0]> as Parameters<typeof createTabCalls>[0]);
  const conversation = { conversationId: 'bob', conversationType: 'singleChat' } as const;
  const command = { conversation, type: 'cmd', action: 'typing' };
  expect(await calls.send(command)).toEqual({ clientId: 'c1' });
  expect(sent).toEqual([command]);
  await expect(calls.send(command)).rejects.toMatchObject({ code: 'offline' });
});
