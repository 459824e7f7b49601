/**
 * An IDBFactory as one process has it: when the process dies, what it had not committed is undone and nothing answers
 * it any more. The data stays for the next process.
 */
export interface MortalIndexedDb {
  readonly factory: IDBFactory;
  /** Transactions begun and completed so far: the places where a process can be stopped between two operations. */
  steps(): number;
  /** Calls back, once, at the n-th step from now on (1: the next), in the middle of it. Undefined: never. */
  atStep(n: number | undefined, act?: () => void): void;
  die(): void;
  isDead(): boolean;
}

/** @param real Where the data is, shared by every process. */
export function createMortalIndexedDb(real: IDBFactory): MortalIndexedDb {
  const open = new Set<IDBTransaction>();
  let isDead = false;
  let steps = 0;
  let left = 0;
  let atLast: () => void = () => undefined;

  const step = (): void => {
    steps += 1;
    left -= 1;
    if (left === 0) atLast();
  };

  const watchTransaction = (transaction: IDBTransaction): void => {
    open.add(transaction);
    const end = (): void => void open.delete(transaction);
    // First of all listeners: what is stored when the process dies was stored, only nobody learns of it.
    transaction.addEventListener('complete', () => {
      end();
      if (!isDead) step();
    });
    transaction.addEventListener('abort', end);
    muffle(transaction);
  };

  /** Who listens from the start is the process, which hears nothing once it is dead; later listeners are the database's own. */
  const muffle = (transaction: IDBTransaction): void => {
    const listen = transaction.addEventListener.bind(transaction);
    Object.defineProperty(transaction, 'addEventListener', {
      configurable: true,
      value: (type: string, listener: (event: Event) => void) => listen(type, (event: Event) => void (isDead || listener(event))),
    });
    queueMicrotask(() => void Reflect.deleteProperty(transaction, 'addEventListener'));
  };

  const watchDatabase = (database: IDBDatabase): void => {
    const begin = database.transaction.bind(database);
    Object.defineProperty(database, 'transaction', {
      configurable: true,
      value: (stores: string[], mode?: IDBTransactionMode, options?: IDBTransactionOptions) => {
        if (!isDead) step();
        if (isDead) throw new DOMException('the process is dead', 'NotAllowedError');
        const transaction = begin(stores, mode, options);
        watchTransaction(transaction);
        return transaction;
      },
    });
  };

  const factory: IDBFactory = {
    open(name, version) {
      if (isDead) throw new DOMException('the process is dead', 'NotAllowedError');
      const request = real.open(name, version);
      request.addEventListener('success', (event) => {
        if (isDead) request.result.close();
        if (isDead) event.stopImmediatePropagation();
        watchDatabase(request.result);
      });
      return request;
    },
    deleteDatabase: (name) => real.deleteDatabase(name),
    cmp: (first, second) => real.cmp(first, second),
    databases: () => real.databases(),
  };

  return {
    factory,
    steps: () => steps,
    atStep(n, act = () => undefined) {
      left = n ?? 0;
      atLast = act;
    },
    isDead: () => isDead,
    die() {
      isDead = true;
      left = 0;
      for (const transaction of open) {
        try {
          transaction.abort();
        } catch {
          // It is committing already: it will have been stored.
        }
      }
      open.clear();
    },
  };
}
