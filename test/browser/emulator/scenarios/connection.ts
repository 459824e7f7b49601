import { expect, test } from 'vitest';
import { until, type Lab } from '../support/lab.ts';
import { type SdkMessage } from '../support/sdk-bench.ts';

export function connectionScenarios(lab: Lab): void {
  test('[EM7] a dropped socket is reopened, and what came meanwhile is delivered', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    emulator.dropSockets('alice');
    await until(() => emulator.state.devices('alice').every((device) => !device.online), 'the device is gone');
    const written = Array.from(
      { length: 120 },
      (_, index) => emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: String(index) }).id,
    );
    expect(emulator.state.queue('alice')).toHaveLength(120);
    const received = await client.untilEvents<SdkMessage & { onlineState: number }>('onTextMessage', 120);
    expect(received.map((message) => message.id)).toEqual(written);
    expect(received[0]?.onlineState).toBe(0);
    expect(emulator.journal.logins('alice')).toBe(2);
    await client.untilEvents('onOfflineMessageSyncFinish', 1);
    await until(() => emulator.state.queue('alice').length === 0, 'the queue was acknowledged');
  });

  test('[EM7] the first device of an account gets what came before it', async () => {
    const emulator = await lab.emulator();
    emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'early' });
    emulator.write({ from: 'bob', to: 'group-0001', chatType: 'groupChat', text: 'bird' });
    const client = await lab.login(emulator, 'alice');
    const received = await client.untilEvents<SdkMessage>('onTextMessage', 2);
    expect(received.map((message) => message.msg).sort()).toEqual(['bird', 'early']);
  });

  test('[EM7] the offline queue keeps the newest 500 and 200, and says so of nothing else', async () => {
    const emulator = await lab.emulator({ policies: { offlineSingleMax: 30, offlineGroupMax: 10 } });
    const client = await lab.login(emulator, 'alice');
    await client.call('close');
    await until(() => emulator.state.devices('alice').every((device) => !device.online), 'the device is gone');
    for (let index = 0; index < 50; index += 1) {
      emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: `single ${index}` });
      emulator.write({ from: 'bob', to: 'group-0001', chatType: 'groupChat', text: `group ${index}` });
    }
    await client.call('open', { user: 'alice', accessToken: emulator.issueToken('alice') });
    await client.untilEvents('onTextMessage', 40);
    await until(() => emulator.state.queue('alice').length === 0, 'the queue was acknowledged');
    const texts = (await client.events('onTextMessage')).map((event) => (event.data as SdkMessage).msg);
    expect(texts.filter((text) => text.startsWith('single'))).toEqual(
      Array.from({ length: 30 }, (_, index) => `single ${index + 20}`),
    );
    expect(texts.filter((text) => text.startsWith('group'))).toEqual(
      Array.from({ length: 10 }, (_, index) => `group ${index + 40}`),
    );
    expect(emulator.state.unread('alice', 'bob')).toBe(50);
  });

  test('[EM7] the whole service goes away and comes back on the same port', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice', { sdk: { autoReconnectNumMax: 50 } });
    await emulator.goOffline();
    await expect(client.call('getServerConversations', { pageSize: 1, cursor: '' })).rejects.toMatchObject({
      type: -2,
    });
    await client.untilEvents('onReconnecting', 1);
    await emulator.goOnline();
    await client.untilEvents('onConnected', 2);
    await client.call('getServerConversations', { pageSize: 1, cursor: '' });
  });

  test('[EM7] the same device id elsewhere: kick tells the first 206 and it stays down', async () => {
    const emulator = await lab.emulator();
    const first = await lab.login(emulator, 'alice', { deviceId: 'same' });
    const second = await lab.login(emulator, 'alice', { deviceId: 'same' });
    await first.untilEvents('onDisconnected', 1);
    expect((await first.events('onError')).map((event) => (event.data as { type: number }).type)).toContain(206);
    expect(await second.call('isOpened')).toBe(true);
    expect(emulator.state.devices('alice')).toEqual([{ resource: 'webim_web_same', online: true }]);
  });

  test('[EM7] the same device id elsewhere: close makes the two throw each other out', async () => {
    const emulator = await lab.emulator({ policies: { sameDeviceLogin: 'close' } });
    await lab.login(emulator, 'alice', { deviceId: 'same' });
    await lab.login(emulator, 'alice', { deviceId: 'same' });
    await until(() => emulator.journal.logins('alice') >= 4, 'they logged in over and over');
  });

  test('[EM7] the same device id elsewhere: allow shares one queue', async () => {
    const emulator = await lab.emulator({ policies: { sameDeviceLogin: 'allow' } });
    const first = await lab.login(emulator, 'alice', { deviceId: 'same' });
    const second = await lab.login(emulator, 'alice', { deviceId: 'same' });
    emulator.write({ from: 'bob', to: 'alice', chatType: 'singleChat', text: 'who gets it' });
    await until(() => emulator.state.queue('alice').length === 0, 'one of them took it');
    await Promise.any([first.untilEvents('onTextMessage', 1), second.untilEvents('onTextMessage', 1)]);
    expect([await first.call('isOpened'), await second.call('isOpened')]).toEqual([true, true]);
  });

  test('[EM7] one device too many throws the oldest out', async () => {
    const emulator = await lab.emulator({ policies: { devicesPerPlatform: 2 } });
    const oldest = await lab.login(emulator, 'alice', { deviceId: 'one' });
    await lab.login(emulator, 'alice', { deviceId: 'two' });
    await lab.login(emulator, 'alice', { deviceId: 'three' });
    const [reason] = await oldest.untilEvents<{ type: number }>('onDisconnected', 1);
    expect(reason?.type).toBe(206);
    expect(emulator.state.devices('alice').map((device) => device.online)).toEqual([false, true, true]);
  });

  test.each([
    ['user-removed', 207],
    ['other-device', 206],
    ['password-changed', 216],
    ['kicked', 217],
  ] as const)('[EM7] a kick says why: %s is %i, and there is no way back without a login', async (reason, type) => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    emulator.kick('alice', reason);
    const [disconnected] = await client.untilEvents<{ type: number }>('onDisconnected', 1);
    expect(disconnected?.type).toBe(type);
    expect(await client.events('onReconnecting')).toEqual([]);
    await client.call('open', { user: 'alice', accessToken: emulator.issueToken('alice') });
    await client.untilEvents('onConnected', 2);
  });

  test('[EM7] a token that expired while the socket was down is refused with 56', async () => {
    const emulator = await lab.emulator();
    const token = emulator.issueToken('alice');
    const client = await lab.login(emulator, 'alice', { token });
    emulator.expireToken(token);
    emulator.dropSockets('alice');
    const deadline = Date.now() + 30_000;
    let types: number[] = [];
    while (!types.includes(56) && Date.now() < deadline) {
      types = (await client.events('onError')).map((event) => (event.data as { type: number }).type);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(types).toContain(56);
    expect(emulator.journal.entries({ kind: 'refused-login' })[0]?.detail).toEqual({ reason: 'Sorry, token expired' });
  });
}
