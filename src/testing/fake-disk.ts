import type { FakeProcess } from './fake-process.ts';

/** The requests and transactions of a while. */
export interface DiskRecord {
  /** Transactions begun, as `mode:store,store`. */
  readonly transactions: readonly string[];
  /** Requests, as `store.method`. */
  readonly requests: readonly string[];
  stop(): void;
}

/** Whose work on the disk ends with it. */
export type MountingProcess = Pick<FakeProcess, 'isDead' | 'onKilled'>;

/**
 * The disk under a database: what can go wrong with it, and where in its work a process can be stopped. It works over any
 * IndexedDB, a browser's included, because it changes methods of single instances only.
 */
export interface FakeDisk {
  /**
   * The IndexedDB of one process. When the process is killed, what it had not committed is undone and nothing answers it
   * any more; the data stays for the next one.
   */
  mount(real: IDBFactory, process: MountingProcess): IDBFactory;
  /** Transactions begun and completed so far, by all processes: each is a point at which one can be killed. */
  steps(): number;
  /** Calls back, once, in the middle of the n-th step from now (1: the next). Undefined: never. */
  atStep(n: number | undefined, act?: () => void): void;
  /**
   * The disk is full: writing transactions are aborted with QuotaExceededError after their requests were accepted, but for
   * those that only delete.
   * @param writes How many are aborted, from the next one on; all of them unless said.
   * @returns Makes room again.
   */
  fill(writes?: number): () => void;
  isFull(): boolean;
  /** The n-th writing transaction from now (1: the next) is aborted with an error of this name; the others are not. */
  abortWrite(n: number, errorName: string): void;
  /** The n-th writing request from now (1: the next) throws an error of this name. */
  failRequest(n: number, errorName: string): void;
  /** The next `count` transactions cannot begin: the connection is closing. */
  loseConnection(count: number): void;
  /** The data is gone without a word: connections that are open go on, what is opened from now on is empty. */
  vanish(): void;
  record(): DiskRecord;
}

const METHODS = ['get', 'getAll', 'getAllKeys', 'getKey', 'put', 'add', 'delete', 'clear', 'openCursor', 'openKeyCursor', 'count'] as const;
const WRITES: ReadonlySet<string> = new Set(['put', 'add', 'delete', 'clear']);
const ADDS: ReadonlySet<string> = new Set(['put', 'add']);

const injected = (name: string): DOMException => new DOMException('injected', name);

/** Makes a disk in good order. */
export function createFakeDisk(): FakeDisk {
  /** Transactions that store something. */
  const adding = new WeakSet<IDBTransaction>();
  const records = new Set<{ readonly transactions: string[]; readonly requests: string[] }>();
  let steps = 0;
  let stop: { left: number; readonly act: () => void } | undefined;
  let fullFor = 0;
  let abort = { left: 0, name: '' };
  let failure = { left: 0, name: '' };
  let lost = 0;
  let suffix = '';

  const step = (process: MountingProcess): void => {
    if (process.isDead()) return;
    steps += 1;
    if (stop === undefined || (stop.left -= 1) > 0) return;
    const { act } = stop;
    stop = undefined;
    act();
  };

  const watchStore = (store: IDBObjectStore): void => {
    for (const method of METHODS) {
      const original = store[method].bind(store) as (...args: unknown[]) => unknown;
      const value = (...args: unknown[]): unknown => {
        if (ADDS.has(method)) adding.add(store.transaction);
        for (const { requests } of records) requests.push(`${store.name}.${method}`);
        if (WRITES.has(method) && failure.left > 0 && (failure.left -= 1) === 0) throw injected(failure.name);
        return original(...args);
      };
      Object.defineProperty(store, method, { configurable: true, value });
    }
  };

  const spoil = (transaction: IDBTransaction, errorName: string): void => {
    const reason = injected(errorName);
    Object.defineProperty(transaction, 'error', { configurable: true, get: () => reason, set: () => undefined });
    transaction.abort();
  };

  /** Decides how a writing transaction ends, when all it asks for was asked for. */
  const watchCommit = (transaction: IDBTransaction): void => {
    const commit = transaction.commit.bind(transaction);
    const isAborted = abort.left > 0 && (abort.left -= 1) === 0;
    const { name } = abort;
    const value = (): void => {
      if (isAborted) return spoil(transaction, name);
      if (fullFor === 0 || !adding.has(transaction)) return commit();
      fullFor -= 1;
      spoil(transaction, 'QuotaExceededError');
    };
    if (isAborted || fullFor > 0) Object.defineProperty(transaction, 'commit', { configurable: true, value });
  };

  const watchTransaction = (transaction: IDBTransaction): void => {
    const objectStore = transaction.objectStore.bind(transaction);
    const stores = new Map<string, IDBObjectStore>();
    const value = (name: string): IDBObjectStore => {
      const store = stores.get(name) ?? objectStore(name);
      if (!stores.has(name) && (records.size > 0 || failure.left > 0 || fullFor > 0)) watchStore(store);
      stores.set(name, store);
      return store;
    };
    Object.defineProperty(transaction, 'objectStore', { configurable: true, value });
    if (transaction.mode === 'readwrite') watchCommit(transaction);
  };

  /** Whoever listens from the start is the process, which hears nothing once it is dead. Later listeners are the database's own. */
  const muffle = (transaction: IDBTransaction, process: MountingProcess): void => {
    const listen = transaction.addEventListener.bind(transaction);
    const value = (type: string, listener: (event: Event) => void): void => listen(type, (event: Event) => void (process.isDead() || listener(event)));
    Object.defineProperty(transaction, 'addEventListener', { configurable: true, value });
    queueMicrotask(() => void Reflect.deleteProperty(transaction, 'addEventListener'));
  };

  const mount: FakeDisk['mount'] = (real, process) => {
    const open = new Set<IDBTransaction>();
    const refuseDead = (): void => {
      if (process.isDead()) throw new DOMException('the process is dead', 'NotAllowedError');
    };
    process.onKilled(() => {
      for (const transaction of open) {
        try {
          transaction.abort();
        } catch {
          // It is committing already: it will have been stored, and nobody learns of it.
        }
      }
      open.clear();
    });

    const begin = (database: IDBDatabase, original: IDBDatabase['transaction']): IDBDatabase['transaction'] => (names, mode, options) => {
      step(process);
      refuseDead();
      if (lost > 0) {
        lost -= 1;
        throw injected('InvalidStateError');
      }
      const transaction = original.call(database, names, mode, options);
      for (const { transactions } of records) transactions.push(`${transaction.mode}:${[...transaction.objectStoreNames].sort().join()}`);
      open.add(transaction);
      // First of all listeners: a process that dies here has stored, and does not know.
      transaction.addEventListener('complete', () => {
        open.delete(transaction);
        step(process);
      });
      transaction.addEventListener('abort', () => void open.delete(transaction));
      watchTransaction(transaction);
      muffle(transaction, process);
      return transaction;
    };

    return {
      open(name, version) {
        refuseDead();
        const request = real.open(`${name}${suffix}`, version);
        request.addEventListener('success', (event) => {
          const database = request.result;
          if (process.isDead()) {
            database.close();
            event.stopImmediatePropagation();
          }
          Object.defineProperty(database, 'transaction', { configurable: true, value: begin(database, database.transaction) });
        });
        return request;
      },
      deleteDatabase: (name) => real.deleteDatabase(`${name}${suffix}`),
      cmp: (first, second) => real.cmp(first, second),
      databases: () => real.databases(),
    };
  };

  return {
    mount,
    steps: () => steps,
    atStep(n, act = () => undefined) {
      stop = n === undefined ? undefined : { left: n, act };
    },
    fill(writes = Infinity) {
      fullFor = writes;
      return () => void (fullFor = 0);
    },
    isFull: () => fullFor > 0,
    abortWrite: (n, errorName) => void (abort = { left: n, name: errorName }),
    failRequest: (n, errorName) => void (failure = { left: n, name: errorName }),
    loseConnection: (count) => void (lost = count),
    vanish: () => void (suffix += '-gone'),
    record() {
      const record = { transactions: [], requests: [] };
      records.add(record);
      return { ...record, stop: () => void records.delete(record) };
    },
  };
}
