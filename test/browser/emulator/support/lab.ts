import { afterAll, afterEach, beforeAll } from 'vitest';
import { createSdkBench, type HostKind, type SdkBench, type SdkClient } from './sdk-bench.ts';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../../../emulator/start-emulator.ts';

/** What every scenario starts from. Everything it opens is closed after its test. */
export interface Lab {
  readonly kind: HostKind;
  /** A fresh emulator: alice, bob and carol, and for alice 12 conversations of 20 messages. */
  emulator(options?: EmulatorOptions): Promise<Emulator>;
  /** A client of the SDK that has not logged in. */
  client(emulator: Emulator, options?: ClientOptions): Promise<SdkClient>;
  /** A client that has logged in, by a token, and has been told what waits for it. */
  login(emulator: Emulator, user: string, options?: ClientOptions): Promise<SdkClient>;
}

export type ClientOptions = {
  readonly deviceId?: string;
  readonly token?: string;
  /** Life of the token where none is given, from the login on. */
  readonly lifeMs?: number;
  readonly sdk?: object;
};

/** Sets a lab up for one test file. */
export function createLab(kind: HostKind): Lab {
  let bench: SdkBench | undefined;
  let emulators: Emulator[] = [];

  beforeAll(async () => {
    bench = await createSdkBench(kind);
  });
  afterEach(async () => {
    await bench?.reset();
    await Promise.all(emulators.map((emulator) => emulator.close()));
    emulators = [];
  });
  afterAll(async () => {
    await bench?.close();
  });

  const lab: Lab = {
    kind,
    async emulator(options = {}) {
      const emulator = await startEmulator({
        ...options,
        seed: { conversations: 12, messagesPerConversation: 20, ...options.seed },
      });
      emulators.push(emulator);
      return emulator;
    },
    async client(emulator, { deviceId = 'tab', sdk = {} } = {}) {
      if (bench === undefined) throw new Error('the lab is not open');
      const { appKey, apiUrl, socketUrl } = emulator;
      return bench.client({ appKey, apiUrl, url: socketUrl, deviceId, ...sdk });
    },
    async login(emulator, user, options = {}) {
      const client = await lab.client(emulator, options);
      const asked = (): number => emulator.journal.frames('in', 'unread', user);
      const before = asked();
      await client.login(user, { token: options.token ?? emulator.issueToken(user, options.lifeMs === undefined ? {} : { lifeMs: options.lifeMs }) });
      // What is written before the service has said what waits is told by that answer and by a notice: the SDK would pull it twice.
      await until(() => asked() > before, 'the client asked what waits for it');
      return client;
    },
  };
  return lab;
}

/** Waits until something of the emulator's own state holds. */
export async function until(holds: () => boolean, what: string, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`after ${timeoutMs} ms not yet: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
