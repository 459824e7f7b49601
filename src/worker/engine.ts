import { SyncError } from '../protocol/errors.ts';
import type { Account } from '../protocol/model.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import type { Hello, HelloReply } from '../protocol/wire.ts';
import { assembleEngine, type EngineParts } from './assemble-engine.ts';
import type { Environment } from './environment.ts';
import { engineLock, holdLock, workerLock } from './locks.ts';
import { withDefaults, type EngineOptions } from './options.ts';
import type { ChatServiceFactory } from './service/chat-service.ts';
import { openStorage } from './storage/open-storage.ts';
import type { Storage } from './storage/storage.ts';

/** The one owner of an account's login and database. */
export interface Engine {
  /** New at each engine (TB4). */
  readonly instanceId: string;
  /**
   * Serves a tab. Replies `welcome` once the account is owned and its first conversations are read from storage: it
   * never waits for the network. Replies `refused` when account or database cannot be had.
   */
  accept(hello: Hello, reply: (reply: HelloReply) => void): Promise<void>;
  /** Resolves when the engine takes no more tabs: it was closed, logged out or fenced, or could not be opened. */
  readonly ended: Promise<void>;
  /** Ends the engine. Tabs find its lock free and say hello to another. Idempotent. */
  close(): Promise<void>;
}

/** What an engine runs on. */
export type EngineDependencies = {
  readonly service: ChatServiceFactory;
  readonly account: Account;
  readonly environment: Environment;
  readonly options?: Partial<EngineOptions>;
};

type Opened = { readonly parts: EngineParts; readonly storage: Storage };

/**
 * Makes the engine of one account and begins to open it.
 *
 * - It owns the account by a Web Lock taken before the database is opened, and by the database's fencing epoch (TB1).
 * - It holds a lock of its own for as long as it lives, by which tabs learn of its death (TB2).
 * - Logging out wipes the database; the tabs that are there stay, to be told that they are signed out (ST5).
 */
export function createEngine({ service, account, environment, options = {} }: EngineDependencies): Engine {
  const settings = withDefaults(options);
  const instanceId = environment.uniqueId();
  const life = new AbortController();
  const loggedOut = new SyncError('closed', 'logged out');
  const owned: (() => void)[] = [];
  let resolveEnded: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    resolveEnded = resolve;
  });

  const own = async (name: string, timeoutMs?: number): Promise<void> => {
    const release = await holdLock(name, { environment, timeoutMs });
    owned.push(release);
    if (life.signal.aborted) releaseAll();
  };

  const releaseAll = (): void => {
    for (const release of owned.splice(0)) release();
  };

  const open = async (): Promise<Opened> => {
    await own(engineLock(account), settings.ownershipTimeoutMs);
    life.signal.throwIfAborted();
    const storage = await openStorage({ account, environment, instanceId });
    const parts = assembleEngine({
      account,
      service,
      environment,
      settings,
      storage,
      ended: life.signal,
      onFenced: () => void shutDown(new SyncError('worker-lost', 'another engine owns the account')),
      end,
    });
    storage.onLost(() => void shutDown(new SyncError('worker-lost', 'the database was lost')));
    try {
      await parts.ready;
      await own(workerLock(instanceId));
      life.signal.throwIfAborted();
      return { parts, storage };
    } catch (error) {
      await parts.close();
      storage.close();
      throw error;
    }
  };

  /** Ends with an error that open calls are answered with. */
  const shutDown = async (reason: SyncError): Promise<void> => {
    if (life.signal.aborted) return ended;
    life.abort(reason);
    const opened = await opening.catch(() => undefined);
    opened?.parts.tabs.close();
    await opened?.parts.close();
    opened?.storage.close();
    releaseAll();
    resolveEnded();
  };

  /** The account's lock is given back, for whoever signs in next; the engine's own lock is kept, for its tabs' sake. */
  const end = async (keepsOutbox: boolean): Promise<void> => {
    const { signal } = life;
    if (signal.aborted && signal.reason !== loggedOut) throw signal.reason;
    if (signal.aborted) return ended;
    life.abort(loggedOut);
    const { parts, storage } = await opening;
    try {
      await parts.close();
      await storage.destroy({ keepsOutbox });
    } finally {
      parts.signOut(loggedOut);
      owned.shift()?.();
      resolveEnded();
    }
  };

  const opening = open();
  opening.catch(() => {
    life.abort(new SyncError('worker-lost', 'the engine did not open'));
    releaseAll();
    resolveEnded();
  });

  return {
    instanceId,
    ended,
    async accept(hello, reply) {
      const { tabId } = hello;
      try {
        const { parts } = await opening;
        life.signal.throwIfAborted();
        parts.tabs.add(hello);
        reply({ moorage: 'welcome', protocol: PROTOCOL_VERSION, tabId, instanceId, workerLock: workerLock(instanceId) });
      } catch (error) {
        reply({ moorage: 'refused', tabId, error: SyncError.from(error).toData() });
      }
    },
    close: () => shutDown(new SyncError('worker-lost', 'the engine was closed')),
  };
}
