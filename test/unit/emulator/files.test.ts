import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../../emulator/start-emulator.ts';

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({ seed: { accounts: ['alice'], conversations: 0 } });
});
afterEach(() => emulator.close());

const base = (): string => `${emulator.apiUrl}/${emulator.appKey.replace('#', '/')}/chatfiles`;

function upload(bytes: Uint8Array<ArrayBuffer>, { isRestricted = true } = {}): Promise<Response> {
  const form = new FormData();
  form.append('file', new Blob([bytes], { type: 'image/png' }), 'a.png');
  form.append('thumbnail-width', '20');
  const headers = { authorization: `Bearer ${emulator.issueToken('alice')}`, ...(isRestricted && { 'restrict-access': 'true' }) };
  return fetch(`${base()}?chat-type=CHAT&chat-target=bob`, { method: 'POST', body: form, headers });
}

type Uploaded = { readonly entities: readonly { readonly uuid: string; readonly 'share-secret': string }[] };

async function entityOf(response: Response) {
  const [entity] = ((await response.json()) as Uploaded).entities;
  if (entity === undefined) throw new Error('no entity');
  return entity;
}

test('[EM13] a file is given to who names its secret, whole, and what was said of it is there to be looked at', async () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
  const { uuid, 'share-secret': secret } = await entityOf(await upload(bytes));
  expect((await fetch(`${base()}/${uuid}`)).status).toBe(403);
  for (const query of ['', '&thumbnail=true']) {
    const response = await fetch(`${base()}/${uuid}?em-redirect=true&share-secret=${secret}${query}`);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), Buffer.from(bytes))).toBe(0);
  }
  const frame = await fetch(`${base()}/${uuid}?share-secret=${secret}&vframe=true`);
  expect((await frame.arrayBuffer()).byteLength).toBeLessThan(200);
  expect(emulator.files()).toMatchObject([
    { by: 'alice', filename: 'a.png', isRestricted: true, query: { 'chat-type': 'CHAT', 'chat-target': 'bob' }, fields: { 'thumbnail-width': '20' } },
  ]);
});

test('[EM13] an open file needs no secret, an unknown one is not there', async () => {
  const { uuid } = await entityOf(await upload(new Uint8Array(10), { isRestricted: false }));
  expect((await fetch(`${base()}/${uuid}`)).status).toBe(200);
  expect((await fetch(`${base()}/nothing`)).status).toBe(404);
});

test('[EM13] too large a file is refused, and without a form there is none', async () => {
  emulator.policies.maxFileBytes = 100;
  expect((await upload(new Uint8Array(101))).status).toBe(413);
  expect((await upload(new Uint8Array(100))).status).toBe(200);
  const headers = { authorization: `Bearer ${emulator.issueToken('alice')}` };
  expect((await fetch(base(), { method: 'POST', body: 'text', headers })).status).toBe(400);
});

test('[EM8] an upload can be slow, and cut off in the middle', async () => {
  emulator.faults.add({ on: 'rest', route: 'upload', type: 'slow', bytesPerSecond: 1_000_000, times: 1 });
  const began = Date.now();
  await upload(new Uint8Array(300_000));
  expect(Date.now() - began).toBeGreaterThan(250);
  emulator.faults.add({ on: 'rest', route: 'upload', type: 'cut', afterBytes: 100_000, times: 1 });
  await expect(upload(new Uint8Array(300_000))).rejects.toThrow('fetch failed');
  expect(emulator.files()).toHaveLength(1);
  expect(emulator.journal.entries({ name: 'upload' }).at(-1)?.detail).toEqual({ cut: true });
});
