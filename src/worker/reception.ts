import { SyncError } from '../protocol/errors.ts';
import type { Account } from '../protocol/model.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import type { Hello, HelloReply } from '../protocol/wire.ts';
import { createEngine, type Engine, type EngineDependencies } from './engine.ts';

/** Answers hellos: one engine per account, made at the first. */
export interface Reception {
  /**
   * Takes whatever a page posted. Anything but a hello is left alone: the application may use the same worker.
   *
   * @param reply Posts back where the message came from.
   */
  receive(message: unknown, reply: (reply: HelloReply) => void): void;
  /** Ends every engine. */
  close(): Promise<void>;
}

/** Makes the reception of a worker host. */
export function createReception(dependencies: Omit<EngineDependencies, 'account'>): Reception {
  const engines = new Map<string, Engine>();

  const engineOf = (account: Account): Engine => {
    const name = JSON.stringify([account.appKey, account.userId]);
    const running = engines.get(name);
    if (running !== undefined) return running;
    const engine = createEngine({ ...dependencies, account });
    engines.set(name, engine);
    void engine.ended.then(() => {
      if (engines.get(name) === engine) engines.delete(name);
    });
    return engine;
  };

  return {
    receive(message, reply) {
      if (!isHello(message)) return;
      const { tabId, protocol } = message;
      if (protocol !== PROTOCOL_VERSION) {
        const details = { tab: protocol, worker: PROTOCOL_VERSION };
        const error = new SyncError('protocol-mismatch', 'tab and worker come from different builds', { details });
        return reply({ moorage: 'refused', tabId, error: error.toData() });
      }
      void engineOf(message.account).accept(message, reply);
    },
    async close() {
      await Promise.all([...engines.values()].map((engine) => engine.close()));
    },
  };
}

function isHello(message: unknown): message is Hello {
  if (typeof message !== 'object' || message === null) return false;
  const hello = message as { readonly [Field in keyof Hello]?: unknown };
  if (hello.moorage !== 'hello' || typeof hello.tabId !== 'string' || typeof hello.protocol !== 'number') return false;
  if (hello.protocol !== PROTOCOL_VERSION) return true;
  return typeof hello.tabLock === 'string' && isAccount(hello.account) && isPort(hello.calls) && isPort(hello.live);
}

function isAccount(value: unknown): value is Account {
  if (typeof value !== 'object' || value === null) return false;
  const { appKey, userId } = value as { readonly [Field in keyof Account]?: unknown };
  return typeof appKey === 'string' && appKey !== '' && typeof userId === 'string' && userId !== '';
}

function isPort(value: unknown): value is MessagePort {
  return typeof value === 'object' && value !== null && 'postMessage' in value;
}
