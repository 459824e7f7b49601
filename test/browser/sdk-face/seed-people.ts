import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { createAsker } from '../../unit/emulator/ask.ts';
import { askSdk, type FaceWorld } from './face-world.ts';
import type { Seeded } from './method-case.ts';

/** Gives Alice a contact, attributes, a number in calls, a combined message and a file of speech. */
export async function seedPeople({ emulator }: FaceWorld, page: Page): Promise<Omit<Seeded, 'own' | 'others'>> {
  const ask = createAsker(emulator);
  for (const other of ['bob', 'carol', 'dave']) {
    emulator.contact({ from: other, to: 'alice', act: 'invite' });
    emulator.contact({ from: 'alice', to: other, act: 'accept' });
  }
  await ask('bob', 'PUT', 'metadata/user/bob', 'nickname=Bob&phone=1');
  const { body } = await ask('alice', 'GET', 'users/alice/token/rtc?channelName=c');
  const form = new FormData();
  form.append('file', new Blob(['good morning']), 'voice.amr');
  await ask('alice', 'POST', 'chatfiles', form);
  const voiceUrl = `${emulator.apiUrl}/moorage/demo/chatfiles/${emulator.files().at(-1)?.id ?? ''}`;
  const quoted = { id: '1000000000000000001', type: 'txt', chatType: 'singleChat', from: 'bob', to: 'alice', time: 1, msg: 'quoted' };
  const fields = { type: 'combine', to: 'editor', chatType: 'singleChat', title: 'T', summary: 'S', compatibleText: 'C', messageList: [quoted] };
  expect(await page.evaluate((message) => window.face.sendBySdk(message), fields)).toBe('sent');
  const history = await askSdk(page, 'contact.getHistoryMessages', { targetId: 'editor', chatType: 'singleChat', pageSize: 1, cursor: -1 });
  const [combined] = (history.ok ? (history.value as { messages: Seeded['combined'][] }).messages : []).map(({ url, secret }) => ({ url, secret }));
  if (combined === undefined) throw new Error('no combined message in history');
  return { token: emulator.issueToken('alice'), rtcUid: (body as { rtcUid: number }).rtcUid, combined, voiceUrl };
}
