/** The adapter makes the SDK's upload request by itself (docs/decisions/0008): here the two are held against each other. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, type Tab } from '../../support/proof/tab.ts';
import { createProofWorld, type ProofWorld } from '../../support/proof/world.ts';
import { createSdkBench, type SdkBench, type SdkClient } from '../emulator/support/sdk-bench.ts';

let world: ProofWorld;
let bench: SdkBench;

beforeAll(async () => {
  world = await createProofWorld({ seed: { accounts: ['bob', 'sue', 'tim'], conversations: 0 } });
  bench = await createSdkBench('page');
});
afterAll(async () => {
  await bench.close();
  await world.close();
});

async function loginSdk(): Promise<SdkClient> {
  const { appKey, apiUrl, socketUrl, issueToken } = world.emulator;
  const client = await bench.client({ appKey, apiUrl, url: socketUrl, deviceId: 'sdk' });
  await client.login('sue', { token: issueToken('sue') });
  return client;
}

const sendOurs = ({ page }: Tab, type: string, fields: object): Promise<unknown> =>
  page.evaluate(
    ([type, fields]) => {
      const data = new File(['cargo'], 'cargo.txt', { type: 'text/plain' });
      return window.proof.chat().send({ conversation: { conversationId: 'bob', conversationType: 'singleChat' }, type, file: { data, filetype: 'txt' }, ...fields });
    },
    [type, fields] as const,
  );

/** What Bob's history has of somebody, oldest first, without what differs from message to message. */
async function atBob({ page }: Tab, from: string): Promise<readonly object[]> {
  const { messages } = await page.evaluate(
    (targetId) => window.proof.chat().contact.getHistoryMessages({ targetId, chatType: 'singleChat', pageSize: 50 }),
    from,
  );
  const same = (url: unknown): string => String(url).replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<id>');
  return ([...messages].reverse() as unknown as readonly { readonly [field: string]: unknown }[]).map(
    ({ id: _id, time: _time, from: _from, ext: _ext, url, thumb, secret, thumb_secret, ...rest }) => ({ ...rest, url: same(url), thumb: same(thumb), secret: same(secret), thumb_secret: same(thumb_secret) }),
  );
}

const KINDS = [
  ['file', {}],
  ['audio', { length: 7 }],
  ['video', { length: 9 }],
  ['img', { width: 30, height: 20, thumbnailWidth: 15, thumbnailHeight: 10 }],
] as const;

test('[OB5] the upload is the one that the SDK makes, and so is the message', async () => {
  const sdk = await loginSdk();
  const profile = await world.newProfile();
  const [tim] = await world.openTabs(profile, 'tim', 1);
  const [bob] = await world.openTabs(await world.newProfile(), 'bob', 1);
  if (tim === undefined || bob === undefined) throw new Error('no tab');
  await tim.live();
  await bob.live();
  for (const [type, fields] of KINDS) {
    await sdk.sendFile({ type, chatType: 'singleChat', to: 'bob', filename: 'cargo.txt', ext: { a: 1 }, ...fields }, 'cargo');
    await sendOurs(tim, type, { ext: { a: 1 }, ...fields });
    await eventually(() => expect(world.emulator.state.history('tim', 'bob').at(-1)?.type).toBe(type));
  }
  const requests = (by: string) =>
    world.emulator.files().filter((file) => file.by === by).map(({ bytes, query, fields, contentType, filename, isRestricted }) => ({ text: bytes.toString(), query, fields, contentType, filename, isRestricted }));
  expect(requests('tim')).toHaveLength(KINDS.length);
  expect(requests('tim')).toEqual(requests('sue'));
  expect(requests('tim').at(-1)?.fields).toEqual({ 'thumbnail-width': '15', 'thumbnail-height': '10' });
  const ours = await atBob(bob, 'tim');
  expect(ours).toHaveLength(KINDS.length);
  expect(ours).toEqual(await atBob(bob, 'sue'));
});
