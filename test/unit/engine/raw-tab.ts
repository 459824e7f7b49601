import * as Comlink from 'comlink';
import { onTestFinished } from 'vitest';
import { PROTOCOL_VERSION } from '../../../src/protocol/version.ts';
import type { FromTab, Hello, HelloReply, ToTab } from '../../../src/protocol/wire.ts';
import type { Outcome, WorkerApi } from '../../../src/protocol/worker-api.ts';
import type { TestWorld } from '../../../src/testing/test-world.ts';

/** A tab that speaks the protocol by hand, and checks nothing: what the client would refuse reaches the worker. */
export type RawTab = {
  readonly id: string;
  readonly replies: readonly HelloReply[];
  /** What came on the live port, in order. */
  readonly received: readonly ToTab[];
  readonly reply: () => HelloReply | undefined;
  post(message: FromTab): void;
  call(name: keyof WorkerApi, ...args: readonly unknown[]): Promise<Outcome<unknown>>;
  die(): void;
};

let tabs = 0;

/** Says hello to the world's worker; does not wait for the reply. */
export function sayHello(world: TestWorld, fields: Partial<Hello> = {}): RawTab {
  tabs += 1;
  const id = `raw-${tabs}`;
  const tabLock = `moorage:tab:${id}`;
  const { account } = world;
  const calls = new MessageChannel();
  const live = new MessageChannel();
  const replies: HelloReply[] = [];
  const received: ToTab[] = [];
  void world.locks.ownedBy(id).request(tabLock, {}, () => new Promise(() => undefined));
  live.port1.onmessage = ({ data }: MessageEvent<ToTab>) => {
    received.push(data);
    if (data.type === 'token-request') {
      live.port1.postMessage({ type: 'token', request: data.request, token: world.service.token(account.userId) });
    }
  };
  const host = world.connectPort();
  host.onmessage = ({ data }: MessageEvent<HelloReply>) => replies.push(data);
  const hello: Hello = { moorage: 'hello', protocol: PROTOCOL_VERSION, tabId: id, tabLock, account, calls: calls.port2, live: live.port2, ...fields };
  host.postMessage(hello, [calls.port2, live.port2]);
  const remote = Comlink.wrap<Record<string, (...args: readonly unknown[]) => Promise<Outcome<unknown>>>>(calls.port1);
  onTestFinished(() => {
    for (const port of [host, calls.port1, live.port1]) port.close();
  });
  return {
    id,
    replies,
    received,
    reply: () => replies.find((reply) => reply.moorage !== 'restarted'),
    post: (message) => live.port1.postMessage(message),
    call: async (name, ...args) => {
      const method = remote[name];
      if (method === undefined) throw new Error(`no method ${name}`);
      return method(...args);
    },
    die: () => world.locks.kill(id),
  };
}

/** Says hello and waits to be welcomed. */
export async function openRawTab(world: TestWorld): Promise<RawTab> {
  const tab = sayHello(world);
  await world.until(() => tab.reply()?.moorage === 'welcome', 'the tab is welcomed');
  return tab;
}
