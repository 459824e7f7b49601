import { expect, test, vi } from 'vitest';
import { offerService } from '../../../src/local-cache/offer-service.ts';
import { watchOwnActions } from '../../../src/local-cache/own-actions.ts';
import { toSdkRejection } from '../../../src/local-cache/sdk-rejection.ts';
import type { AppConnection } from '../../../src/local-cache/adopted-connection.ts';
import { SyncError, type SyncErrorCode } from '../../../src/protocol/errors.ts';
import type { OfferMessage } from '../../../src/protocol/offer.ts';
import type { ChatService, ServiceEvent } from '../../../src/worker/service/chat-service.ts';

const message = (id: string, fields: object = {}) =>
  ({ id, time: 1, from: 'bob', to: 'group', type: 'txt', chatType: 'groupChat', msg: id, ...fields }) as const;

/** A service that tells what the test says, offered through a port. */
function offered() {
  let tellAll: (event: ServiceEvent) => void = () => undefined;
  const service = { subscribe: (listener: typeof tellAll) => ((tellAll = listener), () => undefined) } as unknown as ChatService;
  const { port1, port2 } = new MessageChannel();
  const received: OfferMessage[] = [];
  port2.onmessage = ({ data }: MessageEvent<OfferMessage>) => void received.push(data);
  return { offer: offerService(service, port1), received, port: port2, tell: (event: ServiceEvent) => tellAll(event) };
}

const idsOf = (told: OfferMessage | undefined): unknown =>
  told?.type === 'event' && (told.event as { readonly messages: readonly { readonly id: string }[] }).messages.map(({ id }) => id);

test('messages of a thread are told to nobody', async () => {
  const { offer, received, port, tell } = offered();
  tell({ type: 'messages', messages: [message('1'), message('2', { chatThread: { threadName: 'a' } }), message('3', { isChatThread: true })] });
  await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 60_000 });
  expect(idsOf(received[0])).toEqual(['1']);
  offer.close();
  port.close();
});

test('[TB3] whoever waits for the store goes on when it does not answer, and when it is left', async () => {
  vi.useFakeTimers();
  try {
    const { offer, port } = offered();
    let settled = 0;
    const tell = () => void offer.tell({ type: 'connected' }, { isOwn: true }).then(() => (settled += 1));
    tell();
    await vi.advanceTimersByTimeAsync(1_999);
    expect(settled).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(settled).toBe(1);
    tell();
    offer.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
    port.close();
  } finally {
    vi.useRealTimers();
  }
});

test('what the application sends and edits is told, except in threads, and its methods come back when the watch ends', async () => {
  const sent = vi.fn(async (text: { readonly id: string }) => ({ message: text, serverMsgId: text.id }));
  const modified = vi.fn(async (text: object) => ({ message: text }));
  const app = { send: sent, contact: { modifyMessage: modified } } as unknown as AppConnection;
  const told: ServiceEvent[] = [];
  const unwatch = watchOwnActions(app, async (event) => void told.push(event));
  const calls = app as unknown as { send(text: object): Promise<unknown>; readonly contact: { modifyMessage(text: object): Promise<unknown> } };
  for (const fields of [{}, { isChatThread: true }]) {
    await calls.send(message('1', fields));
    await calls.contact.modifyMessage(message('1', fields));
  }
  expect(told.map(({ type }) => type)).toEqual(['messages', 'edited']);
  unwatch();
  expect([calls.send, calls.contact.modifyMessage]).toEqual([sent, modified]);
});

test.each([
  ['closed', 700],
  ['storage-full', 800],
  ['worker-unavailable', 800],
  ['invalid-argument', undefined],
] satisfies [SyncErrorCode, number | undefined][])("[ER1] %s has the SDK's number %s", (code, type) => {
  const rejection = toSdkRejection(new SyncError(code, 'why'));
  expect(rejection).toBeInstanceOf(SyncError);
  expect([rejection.code, rejection.type]).toEqual([code, type]);
});
