/**
 * An IDBFactory that counts what it is asked and fails when it is told to. It changes methods of single instances only,
 * so it works over any implementation, a browser's included.
 */
export interface InstrumentedIndexedDb {
  readonly factory: IDBFactory;
  /** Transactions begun since the last reset, as `mode:store,store`. */
  transactions(): readonly string[];
  /** Requests since the last reset, as `store.method`. */
  requests(): readonly string[];
  reset(): void;
  /** The data is gone without a word: connections that are open go on, what is opened from now on is empty. */
  vanish(): void;
  /** The next `count` transactions cannot begin: the connection is closing. */
  loseConnection(count: number): void;
  /** The n-th writing request from now throws (1: the next). */
  failWrite(n: number, errorName: string): void;
  /** The next writing transaction is aborted by the browser after its requests were accepted. */
  abortNextWrite(errorName: string): void;
  /** The n-th writing transaction from now (1: the next) is; the others are not. */
  abortWrite(n: number, errorName: string): void;
}

const METHODS = ['get', 'getAll', 'getAllKeys', 'getKey', 'put', 'add', 'delete', 'clear', 'openCursor', 'openKeyCursor', 'count'] as const;
const WRITES: ReadonlySet<string> = new Set(['put', 'add', 'delete', 'clear']);

/** Wraps a factory. The databases it opens are the real ones. */
export function instrumentIndexedDb(real: IDBFactory): InstrumentedIndexedDb {
  let transactions: string[] = [];
  let requests: string[] = [];
  let lost = 0;
  let failAt = 0;
  let failName = '';
  let abortAt = 0;
  let abortName = '';
  let vanished = '';

  function watchStore(store: IDBObjectStore): void {
    for (const method of METHODS) {
      const original = store[method].bind(store) as (...args: unknown[]) => unknown;
      const watched = (...args: unknown[]): unknown => {
        requests.push(`${store.name}.${method}`);
        if (WRITES.has(method) && failAt > 0) {
          failAt -= 1;
          if (failAt === 0) throw new DOMException('injected', failName);
        }
        return original(...args);
      };
      Object.defineProperty(store, method, { value: watched, configurable: true });
    }
  }

  function watchTransaction(transaction: IDBTransaction): void {
    const objectStore = transaction.objectStore.bind(transaction);
    const seen = new Set<IDBObjectStore>();
    Object.defineProperty(transaction, 'objectStore', {
      configurable: true,
      value: (name: string) => {
        const store = objectStore(name);
        if (!seen.has(store)) watchStore(store);
        seen.add(store);
        return store;
      },
    });
    if (abortAt === 0 || transaction.mode !== 'readwrite') return;
    abortAt -= 1;
    if (abortAt > 0) return;
    const reason = new DOMException('injected', abortName);
    Object.defineProperty(transaction, 'error', { get: () => reason, set: () => undefined, configurable: true });
    Object.defineProperty(transaction, 'commit', { value: () => transaction.abort(), configurable: true });
  }

  function watchDatabase(database: IDBDatabase): void {
    const begin = database.transaction.bind(database);
    Object.defineProperty(database, 'transaction', {
      configurable: true,
      value: (stores: string[], mode?: IDBTransactionMode, options?: IDBTransactionOptions) => {
        if (lost > 0) {
          lost -= 1;
          throw new DOMException('injected', 'InvalidStateError');
        }
        const transaction = begin(stores, mode, options);
        transactions.push(`${transaction.mode}:${[...stores].sort().join(',')}`);
        watchTransaction(transaction);
        return transaction;
      },
    });
  }

  const factory: IDBFactory = {
    open(name, version) {
      const request = real.open(`${name}${vanished}`, version);
      request.addEventListener('success', () => watchDatabase(request.result));
      return request;
    },
    deleteDatabase: (name) => real.deleteDatabase(`${name}${vanished}`),
    cmp: (first, second) => real.cmp(first, second),
    databases: () => real.databases(),
  };

  return {
    factory,
    transactions: () => transactions,
    requests: () => requests,
    reset() {
      transactions = [];
      requests = [];
    },
    vanish() {
      vanished += '-gone';
    },
    loseConnection(count) {
      lost = count;
    },
    failWrite(n, errorName) {
      failAt = n;
      failName = errorName;
    },
    abortNextWrite(errorName) {
      abortAt = 1;
      abortName = errorName;
    },
    abortWrite(n, errorName) {
      abortAt = n;
      abortName = errorName;
    },
  };
}
