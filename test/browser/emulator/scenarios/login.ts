import { expect, test } from 'vitest';
import { until, type Lab } from '../support/lab.ts';

export function loginScenarios(lab: Lab): void {
  test('[EM1] login by password', async () => {
    const emulator = await lab.emulator();
    const client = await lab.client(emulator);
    await client.login('alice', { password: 'secret' });
    expect(await client.call('isOpened')).toBe(true);
    expect(emulator.journal.logins('alice')).toBe(1);
    expect(emulator.journal.requests('login')).toBe(1);
  });

  test('[EM1] login by token needs no REST call', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    expect(await client.call('isOpened')).toBe(true);
    expect(emulator.journal.requests()).toBe(0);
  });

  test('[EM1] the device id of the client is the device at the service', async () => {
    const emulator = await lab.emulator();
    await lab.login(emulator, 'alice', { deviceId: 'harbour' });
    expect(emulator.state.devices('alice')).toEqual([{ resource: 'webim_web_harbour', online: true }]);
  });

  test('[EM1] a wrong password is refused', async () => {
    const emulator = await lab.emulator();
    const client = await lab.client(emulator);
    await expect(client.login('alice', { password: 'wrong' })).rejects.toMatchObject({
      type: 1,
      message: expect.stringContaining('invalid password'),
    });
    expect(emulator.journal.logins()).toBe(0);
  });

  test('[EM1] an unknown user is refused', async () => {
    const emulator = await lab.emulator();
    const client = await lab.client(emulator);
    await expect(client.login('nobody', { password: 'secret' })).rejects.toMatchObject({ type: 1 });
  });

  test('[EM1] a token that was never given out is refused with 28', async () => {
    const emulator = await lab.emulator();
    const client = await lab.client(emulator);
    await expect(client.login('alice', { token: 'made-up' })).rejects.toMatchObject({ type: 28 });
  });

  test("[EM1] another user's token is refused with 28", async () => {
    const emulator = await lab.emulator();
    const client = await lab.client(emulator);
    await expect(client.login('alice', { token: emulator.issueToken('bob') })).rejects.toMatchObject({ type: 28 });
  });

  test('[EM1] an expired token is refused with 56', async () => {
    const emulator = await lab.emulator();
    const client = await lab.client(emulator);
    const token = emulator.issueToken('alice', { lifeMs: 0 });
    await expect(client.login('alice', { token })).rejects.toMatchObject({ type: 56 });
  });

  test('[EM1] a token announces its end, and the SDK closes when it has come', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice', { lifeMs: 4000 });
    await client.untilEvents('onTokenWillExpire', 1);
    await client.untilEvents('onTokenExpired', 1);
    await client.untilEvents('onDisconnected', 1);
  });

  test('[EM1] a renewed token keeps the connection', async () => {
    const emulator = await lab.emulator();
    // Told after four fifths of its life: the last one is for the renewal.
    const lifeMs = 12_000;
    const end = Date.now() + lifeMs;
    const client = await lab.login(emulator, 'alice', { lifeMs });
    await client.untilEvents('onTokenWillExpire', 1);
    const token = emulator.issueToken('alice', { lifeMs: 60_000 });
    const renewed = await client.call<{ status: boolean; expire: number }>('renewToken', token);
    expect(renewed.status).toBe(true);
    expect(renewed.expire).toBeGreaterThan(Date.now() + 50_000);
    await until(() => Date.now() > end + 1000, 'the end of the first token');
    expect(await client.call('isOpened')).toBe(true);
    expect(await client.events('onTokenExpired')).toEqual([]);
  });

  test('[EM1] a token revoked by the service fails requests with 52 and leaves the socket alone', async () => {
    const emulator = await lab.emulator();
    const token = emulator.issueToken('alice');
    const client = await lab.login(emulator, 'alice', { token });
    emulator.expireToken(token);
    await expect(client.call('getServerConversations', { pageSize: 10, cursor: '' })).rejects.toMatchObject({
      type: 52,
    });
    expect(await client.call('isOpened')).toBe(true);
  });

  test('[EM1] close and open again', async () => {
    const emulator = await lab.emulator();
    const client = await lab.login(emulator, 'alice');
    await client.call('close');
    await client.untilEvents('onDisconnected', 1);
    await client.call('open', { user: 'alice', accessToken: emulator.issueToken('alice') });
    await client.untilEvents('onConnected', 2);
    expect(emulator.journal.logins('alice')).toBe(2);
    expect(emulator.state.devices('alice')).toHaveLength(1);
  });
}
