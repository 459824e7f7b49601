import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { root } from '../../../scripts/steps.mjs';
import { eventually } from '../../support/proof/tab.ts';
import { askSdk, type FaceWorld } from './face-world.ts';
import type { MethodCase } from './method-case.ts';
import { rowOf, type Row } from './methods-table.ts';

const file = { filename: 'f.txt', filetype: 'text/plain', text: 'content' };

/** @property isKept Whether it is in history. True unless said. */
type TypeCase = MethodCase & { readonly fields?: { readonly [field: string]: unknown }; readonly file?: typeof file; readonly isKept?: boolean };

const outbox = 'stored first, sent in order, exactly once, offline too';
const kept = `${outbox}; the file is kept until the service has it, and uploaded by the worker`;

const TYPES: { readonly [type: string]: TypeCase } = {
  txt: { fields: { msg: 'hello', ext: { colour: 'blue' } }, better: outbox },
  custom: { fields: { customEvent: 'poll', customExts: { yes: '1' } }, better: outbox },
  loc: { fields: { addr: 'Quay', lat: 1.5, lng: 2.5, buildingName: 'Pier 4' }, better: outbox },
  img: { fields: { width: 4, height: 3 }, file, better: kept },
  audio: { fields: { length: 5 }, file, better: kept },
  video: { fields: { length: 6 }, file, better: kept },
  file: { file, better: kept },
  cmd: { fields: { action: 'typing' }, isKept: false },
  combine: {
    fields: { title: 'T', summary: 'S', compatibleText: 'C', messageList: [{ id: '1000000000000000001', type: 'txt', chatType: 'singleChat', from: 'bob', to: 'alice', time: 1, msg: 'quoted' }] },
    better: `${kept}; one that came is read by \`downloadAndParseCombineMessage\`, and forwarded by its \`url\``,
  },
  channel: { better: '`chat.localCache.clearConversationUnreadCount()`, or `chat.present()`: acknowledged once for all tabs' },
  read: { better: '`chat.send({ conversation, type: \'read\', id })`: waits in the outbox while offline' },
  delivery: { better: 'sent by the worker where `easemob({ configure: { delivery: true } })` says so' },
};

/** The types that the SDK's declarations name. */
const declaredTypes = (): readonly string[] => {
  const [, union = ''] = /type MessageType =([^;]+);/.exec(readFileSync(path.join(root, 'node_modules/easemob-websdk/types/message.d.ts'), 'utf8')) ?? [];
  return [...union.matchAll(/'(\w+)'/g)].map(([, name]) => name ?? '').sort();
};

/** Sends one message with each side; the page says what became of it. */
function sendBoth(page: Page, type: string, { fields = {}, file: content }: TypeCase): Promise<readonly string[]> {
  return page.evaluate(
    async ([kind, given, blob]) => {
      const { face } = window;
      const data = blob === undefined ? undefined : new File([blob.text], blob.filename, { type: blob.filetype });
      const sdkFile = data === undefined ? {} : { file: { data, url: URL.createObjectURL(data), filename: data.name, filetype: 'txt' } };
      const own = data === undefined ? {} : { file: { data } };
      const sdk = await face.sendBySdk({ type: kind, to: 'bob', chatType: 'singleChat', ...given, ...sdkFile });
      const [, left] = await face.sendByMoorage({ conversation: { conversationId: 'bob', conversationType: 'singleChat' }, type: kind, ...given, ...own });
      return [sdk, left];
    },
    [type, fields, content] as const,
  );
}

/** What the other side gets is the same but for its ids, its time and where its file lies. */
const comparable = ({ id: _id, time: _time, url: _url, secret: _secret, thumb: _thumb, thumb_secret: _thumbSecret, ext, ...rest }: { [field: string]: unknown }): unknown => {
  const { moorageClientId: _clientId, ...fields } = ext as { [field: string]: unknown };
  // The file of combined messages the SDK calls by a number that is new each time.
  return { ...rest, ...(rest['type'] === 'combine' && { filename: '' }), ext: fields };
};

/** The types of messages that the timeline with Bob shows. */
const shownTypes = (page: Page): Promise<readonly string[]> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const unsubscribe = window.face.chat().timeline({ conversationId: 'bob', conversationType: 'singleChat' }).subscribe(({ items }) => {
          resolve(items.flatMap((item) => (item.type === 'message' ? [item.message.type] : [])));
          queueMicrotask(() => unsubscribe());
        });
      }),
  );

/** What each side has told of single messages, as the service has it. */
async function compareReceipts(page: Page, { emulator }: FaceWorld, [first = '', second = '']: readonly string[]): Promise<void> {
  await page.evaluate((id) => window.face.sendBySdk({ type: 'read', to: 'bob', chatType: 'singleChat', id }), first);
  await page.evaluate((id) => window.face.chat().send({ conversation: { conversationId: 'bob', conversationType: 'singleChat' }, type: 'read', id }), second);
  await eventually(() => {
    const told = emulator.state.history('alice', 'bob').filter(({ id }) => id === first || id === second);
    expect(told).toMatchObject([{ readBy: ['alice'], deliveredTo: ['alice'] }, { readBy: ['alice'], deliveredTo: ['alice'] }]);
  });
}

/** Sends a message of every type by both sides, and compares what the service has then. @param messages Two of Bob's. */
export async function compareMessageTypes(page: Page, world: FaceWorld, messages: readonly string[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  await compareReceipts(page, world, messages);
  for (const type of declaredTypes()) {
    const given = TYPES[type];
    if (given === undefined) throw new Error(`the type ${type} is in no list of this test`);
    if (given.fields !== undefined || given.file !== undefined) {
      expect([type, await sendBoth(page, type, given)]).toEqual([type, ['sent', 'sent']]);
      const answer = await askSdk(page, 'contact.getHistoryMessages', { targetId: 'bob', chatType: 'singleChat', pageSize: 2, cursor: -1 });
      const [own = {}, sdk = {}] = answer.ok ? (answer.value as { messages: { [field: string]: unknown }[] }).messages : [];
      if (given.isKept !== false) expect([own['type'], comparable(own)]).toEqual([type, comparable(sdk)]);
      expect([type, own['type'] === type, (await shownTypes(page)).includes(type)]).toEqual([type, given.isKept !== false, given.isKept !== false]);
    }
    rows.push(rowOf(type, given));
  }
  return rows;
}
