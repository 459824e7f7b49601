import { expect, test } from 'vitest';
import { until, type Lab } from '../support/lab.ts';
import { listPage } from './lists.ts';
import { type SdkClient, type SdkMessage } from '../support/sdk-bench.ts';

/** The SDK asks whether its socket lives only if it has heard nothing for 2 s, and gives the answer 8 s. */
async function probe(client: SdkClient): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 3500));
  await client.call('onShow');
  await client.untilEvents('onConnected', 2);
}

export function faultScenarios(lab: Lab): void {
  test('[EM8] latency delays one route', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    await listPage(client, '');
    emulator.faults.add({ on: 'rest', route: 'conversation-list', type: 'latency', ms: 400, times: 1 });
    const start = Date.now();
    await listPage(client, '');
    expect(Date.now() - start).toBeGreaterThanOrEqual(400);
    expect(emulator.faults.list()).toEqual([]);
  });

  test('[EM8] 429 with Retry-After, then it is over', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    emulator.faults.add({
      on: 'rest',
      route: 'conversation-list',
      type: 'status',
      status: 429,
      retryAfterSeconds: 2,
      times: 1,
    });
    await expect(listPage(client, '')).rejects.toMatchObject({ type: 500 });
    expect((await listPage(client, '')).conversations).toHaveLength(12);
  });

  test('[EM8] the service refuses too many list calls by itself', async () => {
    const emulator = await lab.emulator({ policies: { listCallsPerMinute: 2 } });
    const client = await lab.login(emulator, 'alice');
    const start = Date.now();
    await listPage(client, '');
    await listPage(client, '');
    await expect(listPage(client, '')).rejects.toMatchObject({ type: 500 });
    const [org, app] = emulator.appKey.split('#');
    const answer = await fetch(`${emulator.apiUrl}/${org}/${app}/sdk/user/alice/user_channels/list`, {
      headers: { authorization: `Bearer ${emulator.issueToken('alice')}` },
    });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after')) * 1000).toBeGreaterThanOrEqual(start + 60_000 - Date.now());
  });

  test('[EM8] 500, a cut connection, a truncated and a malformed body, each as the SDK tells it', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    const strike = async (fault: Parameters<typeof emulator.faults.add>[0]): Promise<unknown> => {
      const takeBack = emulator.faults.add(fault);
      const outcome = await listPage(client, '').then(
        () => 'fine',
        (error: unknown) => error,
      );
      takeBack();
      return outcome;
    };
    expect(await strike({ on: 'rest', type: 'status', status: 500 })).toMatchObject({ type: 17 });
    expect(await strike({ on: 'rest', type: 'drop' })).toMatchObject({ type: -2 });
    expect(await strike({ on: 'rest', type: 'truncate' })).toMatchObject({ type: -2 });
    expect(await strike({ on: 'rest', type: 'malformed' })).toMatchObject({ message: expect.stringContaining('JSON') });
    expect((await listPage(client, '')).conversations).toHaveLength(12);
  });

  test('[EM8] an HTML 502 leaves the promise of the SDK open for ever', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    emulator.faults.add({
      on: 'rest',
      route: 'conversation-list',
      type: 'status',
      status: 502,
      body: 'html',
      times: 1,
    });
    const page = listPage(client, '').then(
      () => 'settled',
      () => 'settled',
    );
    await until(() => emulator.journal.requests('conversation-list') === 1, 'the page was asked for');
    const outcome = await Promise.race([page, new Promise((resolve) => setTimeout(resolve, 1500, 'open'))]);
    expect(outcome).toBe('open');
    expect(emulator.journal.entries({ kind: 'rest' }).at(-1)?.detail).toEqual({ fault: 'status' });
  });

  test('[EM8] a request can take effect and its answer be lost', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    emulator.faults.add({ on: 'rest', route: 'pin', type: 'status', status: 500, after: true, times: 1 });
    const pin = { conversationId: 'bob', conversationType: 'singleChat', isPinned: true };
    await expect(client.call('pinConversation', pin)).rejects.toMatchObject({ type: 17 });
    expect(emulator.state.conversations('alice').find((row) => row.id === 'bob')?.pinnedAt).toBeGreaterThan(0);
  });

  test('[EM8] the socket dies instead of the acknowledgement: 510, and the message was stored', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    emulator.faults.add({ on: 'socket', frame: 'ack', type: 'close', times: 1 });
    await expect(
      client.send({ type: 'txt', chatType: 'singleChat', to: 'bob', msg: 'stored anyway' }),
    ).rejects.toMatchObject({ type: 510 });
    expect(emulator.state.history('bob', 'alice').at(-1)?.text).toBe('stored anyway');
  });

  test('[EM8] the socket dies before the message arrives: 510, and nothing was stored', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    emulator.faults.add({ on: 'socket', frame: 'upstream', type: 'close', times: 1 });
    await expect(
      client.send({ type: 'txt', chatType: 'singleChat', to: 'bob', msg: 'never came' }),
    ).rejects.toMatchObject({ type: 510 });
    expect(emulator.state.history('bob', 'alice').at(-1)?.text).not.toBe('never came');
  });

  test('[EM8] duplicates come again as new once the SDK has forgotten them', async () => {
    // One batch of more than the SDK remembers: by its end the first is forgotten.
    const emulator = await lab.emulator({ policies: { syncBatch: 200 } });
    const client = await lab.login(emulator, 'alice');
    emulator.faults.add({ on: 'socket', frame: 'batch', type: 'duplicate', times: 1 });
    const ids = Array.from(
      { length: 121 },
      () => emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'twice' }).id,
    );
    const received = await client.untilEvents<SdkMessage>('onTextMessage', 242);
    expect(received.map((message) => message.id)).toEqual([...ids, ...ids]);
    expect(emulator.state.unread('alice', 'bob')).toBe(121);
  });

  test('[EM8] reorder: a batch comes newest first', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    emulator.faults.add({ on: 'socket', frame: 'batch', type: 'reorder' });
    const ids = Array.from(
      { length: 5 },
      () => emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'x' }).id,
    );
    const received = await client.untilEvents<SdkMessage>('onTextMessage', 5);
    expect(received.map((message) => message.id)).toEqual([...ids].reverse());
  });

  test('[EM8] a garbled batch is lost on the client and waits at the service, until it is pulled again', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    emulator.faults.add({ on: 'socket', frame: 'batch', type: 'garble', times: 1 });
    const { id } = emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'damaged on the way' });
    await until(() => emulator.faults.list().length === 0, 'the fault struck');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await client.events('onTextMessage')).toEqual([]);
    expect(emulator.state.queue('alice').map((entry) => entry.id)).toEqual([id]);
    emulator.dropSockets('alice');
    expect((await client.untilEvents<SdkMessage>('onTextMessage', 1))[0]?.id).toBe(id);
  });

  test('[EM8] a lost notice delays its message until the next notice', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    emulator.faults.add({ on: 'socket', frame: 'notice', type: 'lose', times: 1 });
    const write = (text: string): string =>
      emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text }).id;
    const first = write('unannounced');
    await until(() => emulator.faults.list().length === 0, 'the notice was lost');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await client.events('onTextMessage')).toEqual([]);
    const second = write('announced');
    const received = await client.untilEvents<SdkMessage>('onTextMessage', 2);
    expect(received.map((message) => message.id)).toEqual([first, second]);
  });

  test('[EM8] a slow acknowledgement holds up the sender and nobody else', async () => {
    const emulator = await lab.emulator();
    const alice = await lab.login(emulator, 'alice');
    const bob = await lab.login(emulator, 'bob');
    emulator.faults.add({ on: 'socket', frame: 'ack', type: 'latency', ms: 5000, times: 1 });
    const start = Date.now();
    const sent = alice.send({ type: 'txt', chatType: 'singleChat', to: 'bob', msg: 'slow' });
    await bob.untilEvents('onTextMessage', 1);
    await sent;
    expect(Date.now() - start).toBeGreaterThanOrEqual(5000);
    const left = emulator.journal.entries({ kind: 'out' }).map(({ name, userId }) => `${name} to ${userId}`);
    expect(left.indexOf('batch to bob')).toBeGreaterThan(-1);
    expect(left.indexOf('batch to bob')).toBeLessThan(left.indexOf('ack to alice'));
  });

  test('[EM8] what takes the SDK long: a hanging request, a lost acknowledgement, a half-open socket', async () => {
    const emulator = await lab.emulator();
    const [hanging, lost, halfOpen] = await Promise.all([
      lab.login(emulator, 'alice'),
      lab.login(emulator, 'bob'),
      lab.login(emulator, 'carol'),
    ]);
    emulator.faults.add({ on: 'rest', userId: 'alice', type: 'hang', times: 1 });
    emulator.faults.add({ on: 'socket', userId: 'bob', frame: 'ack', type: 'lose', times: 1 });
    emulator.dropSockets('carol', { halfOpen: true });
    await Promise.all([
      expect(listPage(hanging, '')).rejects.toMatchObject({ type: -1 }),
      expect(
        lost.send({ type: 'txt', chatType: 'singleChat', to: 'alice', msg: 'acknowledged to nobody' }),
      ).rejects.toMatchObject({ type: 512 }),
      probe(halfOpen),
    ]);
    expect(emulator.state.history('alice', 'bob').at(-1)?.text).toBe('acknowledged to nobody');
    expect(emulator.journal.logins('carol')).toBe(2);
  });
}
