import { SyncError } from '../protocol/errors.ts';
import type { Account } from '../protocol/model.ts';
import { isName, isRecord } from '../protocol/take.ts';
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
        const error = new SyncError('protocol-mismatch', 'another build', { details });
        return reply({ moorage: 'refused', tabId, error: error.toData() });
      }
      void engineOf(message.account).accept(message, reply);
    },
    async close() {
      await Promise.all([...engines.values()].map((engine) => engine.close()));
    },
  };
}

/** Of another build's hello no more is asked than what the refusal needs. */
function isHello(message: unknown): message is Hello {
  if (!isRecord(message)) return false;
  const { moorage, protocol, tabId, tabLock, account, calls, live } = message;
  if (moorage !== 'hello' || !isName(tabId) || typeof protocol !== 'number') return false;
  if (protocol !== PROTOCOL_VERSION) return true;
  const isWhole = isName(tabLock) && isRecord(account) && isName(account['appKey']) && isName(account['userId']);
  return isWhole && [calls, live].every((port) => isRecord(port) && 'postMessage' in port);
}
