import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { programOf, root } from '../../../scripts/steps.mjs';

/** What an application writes that has no SDK: a service of its own, with events of its own. */
const WITHOUT_SDK = `
import { connect, type Chat, type SdkCommand } from 'moorage';
export async function run(chat: Chat): Promise<void> {
  chat.addEventHandler('a', { onCmdMessage: (command: SdkCommand) => command.action, onElse: (data: { n: number }) => data.n });
  const total: number | undefined = chat.unread.value;
  const { data } = await chat.contact.getServerConversations({ pageSize: 20 });
  const count: number = data.conversations.length;
  const anything: unknown = await chat.sdk.call('plugin.method', { any: 1 });
  // @ts-expect-error: what is Moorage's own is as strict as ever
  void chat.contact.getServerConversations({ pageSize: '20' });
  void [connect, total, count, anything];
}
`;

/** What an application writes that has it: nothing is annotated, the SDK's declarations say it. */
const WITH_SDK = `
import type { Chat } from 'moorage';
export async function run(chat: Chat): Promise<void> {
  chat.addEventHandler('a', { onTextMessage: (message) => message.msg.toUpperCase(), onGroupEvent: (event) => event.operation });
  const { data } = await chat.sdk.call('group.getGroupInfo', { groupId: '1' });
  const owner: string | undefined = data?.[0]?.owner;
  // @ts-expect-error: a text message has no url
  chat.addEventHandler('a', { onTextMessage: (message) => message.url });
  // @ts-expect-error: a group is named by its id
  void chat.sdk.call('group.getGroupInfo', { group: '1' });
  void owner;
}
`;

let folder: string;

/** Outside of the project, whose own SDK would be found. */
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'moorage-types-'));
  for (const kind of ['with', 'without']) {
    const packed = path.join(folder, kind, 'node_modules', 'moorage');
    mkdirSync(packed, { recursive: true });
    cpSync(path.join(root, 'package.json'), path.join(packed, 'package.json'));
    cpSync(path.join(root, 'dist'), path.join(packed, 'dist'), { recursive: true, filter: (file) => !/\.(js|map)$/.test(file) });
    writeFileSync(path.join(folder, kind, 'package.json'), '{ "type": "module" }');
    writeFileSync(path.join(folder, kind, 'app.ts'), kind === 'with' ? WITH_SDK : WITHOUT_SDK);
  }
  symlinkSync(path.join(root, 'node_modules', 'easemob-websdk'), path.join(folder, 'with', 'node_modules', 'easemob-websdk'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const compilers = {
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
  'bundler, libraries unchecked': ['--module', 'esnext', '--moduleResolution', 'bundler', '--skipLibCheck'],
  node: ['--module', 'nodenext', '--moduleResolution', 'nodenext'],
} as const;

describe.each(['with', 'without'] as const)('an application %s the SDK', (kind) => {
  test.each(Object.entries(compilers))('compiles against the package (%s)', { timeout: 240_000 }, (_name, options) => {
    const strict = ['--strict', '--noUncheckedSideEffectImports', '--exactOptionalPropertyTypes', '--target', 'es2022', '--lib', 'es2023,dom'];
    const { stdout } = spawnSync(process.execPath, [programOf('typescript', 'tsc'), '--ignoreConfig', '--noEmit', ...strict, ...options, 'app.ts'], {
      cwd: path.join(folder, kind),
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  });
});
