import { expect, test, vi } from 'vitest';
import type { ServiceNotice } from '../../../src/protocol/model.ts';
import type { Hello, ToTab } from '../../../src/protocol/wire.ts';
import { cloneable } from '../../../src/worker/cloneable.ts';
import { createTabRegistry, type TabRegistryOptions } from '../../../src/worker/tabs/tab-registry.ts';
import { openWorld } from '../engine/open-world.ts';
import { openRawTab, type RawTab } from '../engine/raw-tab.ts';

const noticesOf = (tab: RawTab): readonly ServiceNotice[] => tab.received.flatMap((message) => (message.type === 'notice' ? [message.notice] : []));

test('only tabs that have a handler of the name are told, and without one nothing is posted', async () => {
  const world = openWorld();
  const [asking, other] = [await openRawTab(world), await openRawTab(world)];
  asking.post({ type: 'notices', names: ['onCmdMessage'] });
  other.post({ type: 'notices', names: ['onTextMessage'] });
  await world.until(() => world.server.connections('alice').length === 1);
  await world.settle();
  world.server.command({ from: 'bob', to: 'alice', action: 'typing' });
  await world.until(() => noticesOf(asking).length === 1);
  await world.settle();
  expect(noticesOf(other)).toEqual([]);
});

test('a tab that asks for the login when it is long done is told of it once', async () => {
  const world = openWorld();
  const tab = await openRawTab(world);
  await world.until(() => world.server.connections('alice').length === 1);
  await world.settle();
  tab.post({ type: 'notices', names: ['onConnected'] });
  tab.post({ type: 'notices', names: ['onConnected', 'onTextMessage'] });
  await world.until(() => noticesOf(tab).length > 0);
  await world.settle();
  expect(noticesOf(tab)).toEqual([{ name: 'onConnected', data: undefined }]);
});

test('every tab that asks is told of the same; a handler that throws in one disturbs neither its others nor another tab', async () => {
  const world = openWorld();
  const [first, second] = [await world.openTab(), await world.openTab()];
  const heard: (readonly [string, unknown])[] = [];
  const error = new Error('broken handler');
  const hear = (who: string) => (data: unknown) => void heard.push([who, (data as { readonly action: string }).action]);
  first.chat.addEventHandler('bad', {
    onCmdMessage: () => {
      throw error;
    },
  });
  first.chat.addEventHandler('good', { onCmdMessage: hear('first') });
  second.chat.addEventHandler('good', { onCmdMessage: hear('second') });
  await world.until(() => world.server.connections('alice').length === 1);
  await world.settle();
  for (const action of ['one', 'two']) world.server.command({ from: 'bob', to: 'alice', action });
  await world.until(() => heard.length === 4);
  expect(heard.filter(([who]) => who === 'first')).toEqual([['first', 'one'], ['first', 'two']]);
  expect(heard.filter(([who]) => who === 'second')).toEqual([['second', 'one'], ['second', 'two']]);
  expect(world.reported).toEqual([error, error]);
  // Removed in one tab, it goes on in the other.
  first.chat.removeEventHandler('bad');
  first.chat.removeEventHandler('good');
  await world.settle();
  world.server.command({ from: 'bob', to: 'alice', action: 'three' });
  await world.until(() => heard.length > 4);
  await world.settle();
  expect(heard.slice(4)).toEqual([['second', 'three']]);
  expect(world.reported).toHaveLength(2);
});

test('a payload that cannot be cloned is told without what cannot, and costs nothing where nobody wants it', async () => {
  const [calls, live] = [new MessageChannel(), new MessageChannel()];
  const options: Partial<TabRegistryOptions> = {
    ended: new AbortController().signal,
    environment: { locks: { request: () => new Promise(() => undefined) } as unknown as TabRegistryOptions['environment']['locks'] },
    makeApi: () => ({}) as ReturnType<TabRegistryOptions['makeApi']>,
    onJoined: () => undefined,
    onLeft: () => undefined,
    isConnected: () => false,
  };
  const tabs = createTabRegistry(options as TabRegistryOptions);
  const received: ToTab[] = [];
  live.port1.onmessage = ({ data }: MessageEvent<ToTab>) => void received.push(data);
  tabs.add({ tabId: 't', tabLock: 'l', calls: calls.port2, live: live.port2 } as Partial<Hello> as Hello);
  const data = { id: '1', onFileUploadComplete: () => undefined };
  tabs.notice({ name: 'onImageMessage', data });
  live.port1.postMessage({ type: 'notices', names: ['onImageMessage'] });
  await vi.waitFor(() => expect(tabs.wants('onImageMessage')).toBe(true), { timeout: 60_000 });
  const copy = vi.spyOn(globalThis, 'structuredClone');
  tabs.notice({ name: 'onTextMessage', data });
  expect(copy).not.toHaveBeenCalled();
  tabs.notice({ name: 'onImageMessage', data });
  const told = { type: 'notice', seq: 1, notice: { name: 'onImageMessage', data: { id: '1', onFileUploadComplete: undefined } } };
  await vi.waitFor(() => expect(received).toEqual([told]), { timeout: 60_000 });
  copy.mockRestore();
  for (const port of [calls.port1, live.port1]) port.close();
});

test('what cannot cross a port is left out of a payload, and the rest stays', () => {
  class Message {
    readonly id = '1';
    readonly ext = { at: new Date(5), list: [1, () => 2, { deep: Symbol('s') }] };
    readonly onFileUploadComplete = (): void => undefined;
    readonly self: unknown = this;
  }
  const copy = cloneable(new Message()) as { readonly [name: string]: unknown };
  expect(structuredClone(copy)).toMatchObject({ id: '1', ext: { at: new Date(5), list: [1, undefined, { deep: undefined }] }, onFileUploadComplete: undefined });
  expect(copy['self']).toBe(copy);
  expect(cloneable(() => 1)).toBe(undefined);
  const plain = { id: '1' };
  expect(cloneable(plain)).toBe(plain);
});
