import { compareConversations } from '../../../src/protocol/conversation-order.ts';
import { SyncError, type SyncErrorCode } from '../../../src/protocol/errors.ts';
import { conversationKey, toPosition, type ConversationKey } from '../../../src/protocol/ids.ts';
import type { Account, Message } from '../../../src/protocol/model.ts';
import { createFakeDisk } from '../../../src/testing/fake-disk.ts';
import type { Environment } from '../../../src/worker/environment.ts';
import { openStorage } from '../../../src/worker/storage/open-storage.ts';
import { databaseName } from '../../../src/worker/storage/schema.ts';
import type { ConversationRow, Storage, WriteBatch } from '../../../src/worker/storage/storage.ts';
import { message, messages } from '../../support/messages.ts';

/** What the suite needs of the place it runs in: a test runner's `test` and `expect(a).toEqual(b)`, and a database. */
export type StorageContractHost = {
  readonly test: (title: string, run: () => Promise<void>) => void;
  readonly equal: (actual: unknown, expected: unknown) => void;
  readonly environment: Environment;
};

const bob = conversationKey({ conversationId: 'bob', conversationType: 'singleChat' });
const team = conversationKey({ conversationId: 'team', conversationType: 'groupChat' });

/** A row of the list; the number orders it as it does messages. */
function row(number: number, fields: Partial<ConversationRow> = {}): ConversationRow {
  const ref = { conversationId: `user${number}`, conversationType: 'singleChat' } as const;
  return {
    ...ref,
    key: conversationKey(ref),
    lastMessage: message(number),
    unread: { baseline: 1, baselineAt: toPosition(message(number)), readThrough: null, newer: 0 },
    isPinned: false,
    pinnedTime: 0,
    marks: [],
    ...fields,
  };
}

const rows = (from: number, through: number): readonly ConversationRow[] =>
  Array.from({ length: through - from + 1 }, (_, index) => row(from + index));

const keyOf = (number: number): ConversationKey => row(number).key;

/**
 * What every storage must do, whatever database lies below: run in Node over fake-indexeddb and in real browsers.
 * Imports nothing of Node, so that it can be bundled for a page.
 */
export function storageContract({ test, equal, environment }: StorageContractHost): void {
  const disk = createFakeDisk();
  const watched: Environment = { ...environment, indexedDB: disk.mount(environment.indexedDB, { isDead: () => false, onKilled: () => undefined }) };
  let record = disk.record();
  let accounts = 0;

  const recordAnew = (): void => {
    record.stop();
    record = disk.record();
  };

  const newAccount = (): Account => ({ appKey: 'org#app', userId: `user-${environment.uniqueId()}-${(accounts += 1)}` });
  const open = (account: Account, instanceId = environment.uniqueId()): Promise<Storage> =>
    openStorage({ account, environment: watched, instanceId });

  async function withStorage(run: (storage: Storage, account: Account) => Promise<void>): Promise<void> {
    const account = newAccount();
    const storage = await open(account);
    try {
      await run(storage, account);
    } finally {
      await storage.destroy();
    }
  }

  async function rejected(work: Promise<unknown>): Promise<SyncErrorCode | 'resolved'> {
    return work.then(
      () => 'resolved' as const,
      (error: unknown) => SyncError.from(error).code,
    );
  }

  const put = (storage: Storage, puts: readonly Message[], conversation = bob) =>
    storage.write({ messages: [{ conversation, puts }] });
  const all = (storage: Storage, conversation = bob) => storage.readMessagesAfter({ conversation, after: null });
  const ids = (list: readonly Message[]) => list.map(({ id }) => id);

  const everything: WriteBatch = {
    conversations: rows(1, 20),
    tombstones: [{ key: team, after: toPosition(message(3)) }],
    messages: [{ conversation: bob, puts: messages(1, 120) }],
    spans: [{ conversation: bob, spans: [{ oldest: toPosition(message(1)), newest: toPosition(message(120)), olderCursor: null }] }],
    listSync: { cursor: 'next', startedAt: 1, completedAt: null, done: 20 },
    outboxAdds: [{ conversation: bob, type: 'acknowledge' }],
  };

  async function contents(storage: Storage): Promise<unknown> {
    return {
      conversations: [...(await storage.loadConversations())].sort(compareConversations),
      head: await storage.loadConversationHead(5),
      tombstones: await storage.loadTombstones(),
      messages: await all(storage),
      spans: await storage.loadSpans(bob),
      listSync: await storage.loadListSync(),
      outbox: await storage.loadOutbox(),
    };
  }

  test('[SY1] one write is one transaction, and reopening finds all of it', () =>
    withStorage(async (storage, account) => {
      await storage.loadConversations();
      recordAnew();
      await storage.write(everything);
      equal(record.transactions.length, 1);
      const before = await contents(storage);
      storage.close();
      const again = await open(account);
      equal(await again.loadConversationHead(5), [...rows(16, 20)].reverse());
      equal(await contents(again), before);
      equal(await again.loadListSync(), everything.listSync);
      again.close();
    }));

  test('[TB1] each opening has the next epoch and the same device id; an earlier one can write no more', () =>
    withStorage(async (first, account) => {
      const second = await open(account);
      equal([first.epoch, second.epoch], [1, 2]);
      equal(second.deviceId, first.deviceId);
      await second.write({ conversations: [row(1)] });
      equal(await rejected(first.write({ conversations: [row(2)], messages: [{ conversation: bob, puts: messages(1, 3) }] })), 'fenced');
      equal(await second.loadConversations(), [row(1)]);
      equal(await all(second), []);
      second.close();
    }));

  test('[ST1] a write of which any request fails stores nothing, and says so', () =>
    withStorage(async (storage, account) => {
      await storage.write({ conversations: rows(1, 9), messages: [{ conversation: bob, puts: messages(1, 10) }] });
      const before = await contents(storage);
      for (let n = 1; n <= 7; n += 1) {
        disk.failRequest(n, 'DataError');
        equal(await rejected(storage.write({ ...everything, conversations: rows(5, 20) })), 'storage-failed');
        equal(await contents(storage), before);
      }
      disk.failRequest(0, '');
      const again = await open(account);
      equal(await contents(again), before);
      await again.write(everything);
      equal((await all(again)).length, 120);
      again.close();
    }));

  test('[ST1] a disk that is found full at the commit fails the write with its reason', () =>
    withStorage(async (storage) => {
      await put(storage, messages(1, 5));
      disk.abortWrite(1, 'QuotaExceededError');
      equal(await rejected(put(storage, messages(6, 9))), 'storage-full');
      equal(ids(await all(storage)), ids(messages(1, 5)));
      await put(storage, messages(6, 9));
      equal(ids(await all(storage)), ids(messages(1, 9)));
    }));

  test('[ST2] a full disk takes what makes room, and the database can be opened and read on it; the first write that fits takes it over', () =>
    withStorage(async (storage, account) => {
      await storage.write(everything);
      const makeRoom = disk.fill();
      equal(await rejected(put(storage, messages(121, 122))), 'storage-full');
      const next = await open(account);
      equal([next.epoch, next.deviceId, (await all(next)).length], [storage.epoch + 1, storage.deviceId, 120]);
      equal([...(await next.countMessageBlocks())], [[bob, 3]]);
      await next.write({ isRoom: true, messages: [{ conversation: bob, removeAll: true }], spans: [{ conversation: bob, spans: [] }] });
      equal(await rejected(put(next, messages(1, 2))), 'storage-full');
      equal([[...(await next.countMessageBlocks())], await next.loadSpans(bob), (await next.loadConversations()).length], [[], [], 20]);
      makeRoom();
      await put(next, messages(1, 2));
      equal(await rejected(put(storage, messages(3, 4))), 'fenced');
      equal(ids(await all(next)), ids(messages(1, 2)));
      next.close();
    }));

  test('[ST2] [TB1] of two openings on a full disk one can write: the first that did', () =>
    withStorage(async (_storage, account) => {
      const makeRoom = disk.fill();
      const [first, second] = [await open(account), await open(account)];
      makeRoom();
      await put(second, messages(1, 2));
      equal(await rejected(put(first, messages(3, 4))), 'fenced');
      await put(second, messages(5, 6));
      first.close();
      second.close();
    }));

  test('[ST2] what is known of the use of history is kept', () =>
    withStorage(async (storage, account) => {
      equal(await storage.loadHistoryUse(), undefined);
      await storage.write({ historyUse: { opened: [bob, team], evicted: [team] } });
      const again = await open(account);
      equal(await again.loadHistoryUse(), { opened: [bob, team], evicted: [team] });
      again.close();
    }));

  test('[ST1] a value that cannot be stored fails its own write and no other', () =>
    withStorage(async (storage) => {
      const bad = put(storage, [message(1, { ext: { call: () => undefined } })]);
      const good = put(storage, [message(2)]);
      equal(await rejected(bad), 'storage-failed');
      await good;
      equal(ids(await all(storage)), [message(2).id]);
    }));

  test('[ST3] a lost connection is opened again, and the work done once', () =>
    withStorage(async (storage) => {
      disk.loseConnection(2);
      await put(storage, messages(1, 3));
      disk.loseConnection(2);
      equal(ids(await all(storage)), ids(messages(1, 3)));
      disk.abortWrite(1, 'UnknownError');
      await put(storage, messages(3, 5));
      equal(ids(await all(storage)), ids(messages(1, 5)));
    }));

  test('[ST3] a connection that stays lost is given up, told once, and every later call is refused', () =>
    withStorage(async (storage) => {
      const told: string[] = [];
      storage.onLost((reason) => told.push(reason));
      disk.loseConnection(3);
      equal(await rejected(put(storage, messages(1, 3))), 'storage-unavailable');
      equal(await rejected(all(storage)), 'storage-unavailable');
      equal(told, ['closed']);
    }));

  test('[ST4] a database deleted while open is not made again with old cursors: the owner is told', () =>
    withStorage(async (storage, account) => {
      const told: string[] = [];
      storage.onLost((reason) => told.push(reason));
      await storage.write(everything);
      await new Promise<void>((resolve, reject) => {
        const request = watched.indexedDB.deleteDatabase(databaseName(account));
        request.onsuccess = () => resolve();
        request.onerror = () => reject(new Error('not deleted'));
      });
      equal(told, ['deleted']);
      equal(await rejected(storage.write({ conversations: [row(1)] })), 'storage-unavailable');
      const fresh = await open(account);
      equal([fresh.epoch, await fresh.loadListSync(), await fresh.loadConversations()], [1, undefined, []]);
      fresh.close();
    }));

  test('[ST4] data that is gone when the connection is opened again is not made anew, and the next opening starts afresh', () =>
    withStorage(async (storage, account) => {
      const told: string[] = [];
      storage.onLost((reason) => told.push(reason));
      await storage.write(everything);
      disk.vanish();
      disk.loseConnection(1);
      equal(await rejected(storage.write({ listSync: { cursor: 'ahead', startedAt: 1, completedAt: null, done: 70 } })), 'storage-unavailable');
      equal(told, ['deleted']);
      equal(await rejected(storage.loadListSync()), 'storage-unavailable');
      const fresh = await open(account);
      equal([fresh.epoch, await fresh.loadListSync(), await fresh.loadConversations()], [1, undefined, []]);
      await fresh.destroy();
    }));

  test('[ST5] accounts never mix, and destroying one leaves the other', () =>
    withStorage(async (storage, account) => {
      const other = { appKey: account.appKey, userId: `${account.userId}:x` };
      const theirs = await open(other);
      await theirs.write(everything);
      equal(await storage.loadConversations(), []);
      await put(storage, messages(1, 2));
      await theirs.destroy();
      equal(ids(await all(storage)), ids(messages(1, 2)));
      const empty = await open(other);
      equal(await contents(empty), { conversations: [], head: [], tombstones: [], messages: [], spans: [], listSync: undefined, outbox: [] });
      await empty.destroy();
    }));

  test('[OB4] [ST5] what is kept when an account is left is what was asked for, and nothing beside it; numbers go on', () =>
    withStorage(async (storage, account) => {
      const send = { conversation: bob, type: 'send', clientId: 'c1', message: { conversation: { conversationId: 'bob', conversationType: 'singleChat' }, type: 'txt', msg: 'kept' }, createdAt: 1, state: { type: 'queued' } } as const;
      const pin = { conversation: bob, type: 'command', clientId: 'c2', command: { kind: 'pin', isPinned: true }, createdAt: 2, state: { type: 'queued' } } as const;
      const { outboxSeqs } = await storage.write({ ...everything, outboxAdds: [send, { conversation: bob, type: 'acknowledge' }, { ...pin, before: { row: row(1) } }] });
      await storage.destroy({ keepsOutbox: true });
      equal(await rejected(storage.write({ conversations: [row(1)] })), 'storage-unavailable');
      const again = await open(account);
      equal([again.deviceId, again.epoch], [storage.deviceId, 2]);
      equal(await contents(again), {
        ...{ conversations: [], head: [], tombstones: [], messages: [], spans: [], listSync: undefined },
        outbox: [{ ...send, seq: outboxSeqs[0] }, { ...pin, seq: outboxSeqs[2] }],
      });
      const later = await again.write({ outboxAdds: [send] });
      equal((later.outboxSeqs[0] ?? 0) > (outboxSeqs[2] ?? 0), true);
      await again.destroy();
    }));

  test('[TB1] [ST5] an engine that no longer owns an account does not wipe it', () =>
    withStorage(async (storage, account) => {
      await storage.write(everything);
      const next = await open(account);
      equal(await rejected(storage.destroy({ keepsOutbox: true })), 'fenced');
      equal((await next.loadConversations()).length, 20);
      next.close();
    }));

  test('[ST6] a database of a newer build is left alone, and one that upgrades is not held up', () =>
    withStorage(async (storage, account) => {
      const told: string[] = [];
      storage.onLost((reason) => told.push(reason));
      const newer = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = watched.indexedDB.open(databaseName(account), 99);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error('not opened'));
      });
      equal(told, ['closed']);
      equal(await rejected(storage.loadOutbox()), 'storage-unavailable');
      newer.close();
      equal(await rejected(open(account)), 'storage-unavailable');
    }));

  const opened = (request: IDBOpenDBRequest): Promise<IDBDatabase> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(new Error('not opened', { cause: request.error }));
    });

  /** A database as the first version of the schema left it, written without any of our code. */
  async function openFirstVersion(account: Account): Promise<IDBDatabase> {
    const request = watched.indexedDB.open(databaseName(account), 1);
    request.onupgradeneeded = () => {
      const raw = request.result;
      for (const name of ['conversationPages', 'conversations', 'messages', 'spans', 'meta']) raw.createObjectStore(name);
      raw.createObjectStore('tombstones', { keyPath: 'key' });
      raw.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true });
    };
    const raw = await opened(request);
    const transaction = raw.transaction([...raw.objectStoreNames], 'readwrite');
    const put = (store: string, value: unknown, key?: IDBValidKey) => transaction.objectStore(store).put(value, key);
    put('conversationPages', rows(1, 20), 0);
    put('conversations', row(21), keyOf(21));
    put('conversations', null, keyOf(20));
    for (const from of [1, 51, 101]) {
      put('messages', messages(from, Math.min(from + 49, 120)), [bob, message(from).time, `007${message(from).id}`]);
    }
    put('spans', everything.spans?.[0]?.spans, bob);
    put('tombstones', everything.tombstones?.[0]);
    put('outbox', { conversation: bob, type: 'acknowledge' });
    put('meta', { epoch: 7, instanceId: 'old' }, 'claim');
    put('meta', 'device', 'deviceId');
    put('meta', everything.listSync, 'listSync');
    put('meta', [row(21), ...[...rows(1, 19)].reverse()], 'conversationHead');
    await new Promise((resolve) => transaction.addEventListener('complete', resolve));
    return raw;
  }

  test('[ST6] a database of the first version keeps all its data, its device and its epoch, and learns what is new', async () => {
    const account = newAccount();
    (await openFirstVersion(account)).close();
    const storage = await open(account);
    equal([storage.epoch, storage.deviceId], [8, 'device']);
    equal(await contents(storage), {
      conversations: [row(21), ...[...rows(1, 19)].reverse()],
      head: [row(21), ...[...rows(16, 19)].reverse()],
      tombstones: everything.tombstones,
      messages: messages(1, 120),
      spans: everything.spans?.[0]?.spans,
      listSync: everything.listSync,
      outbox: [{ seq: 1, conversation: bob, type: 'acknowledge' }],
    });
    equal(await storage.loadEffects(), []);
    const effects = [{ conversation: bob, effects: [{ id: '7', type: 'recalled' } as const] }];
    await storage.write({ effects, messages: [{ conversation: bob, puts: messages(121, 122), removes: [message(60).id] }] });
    storage.close();
    const again = await open(account);
    equal([await again.loadEffects(), (await all(again)).length], [effects, 121]);
    await again.destroy();
  });

  test('[ST6] an old tab that closes when it is asked holds up no upgrade', async () => {
    const account = newAccount();
    const old = await openFirstVersion(account);
    old.onversionchange = () => old.close();
    const storage = await open(account);
    equal((await all(storage)).length, 120);
    await storage.destroy();
  });

  test('[ST6] an old tab that does not close ends the opening with an error, in time, and loses nothing', async () => {
    const account = newAccount();
    const old = await openFirstVersion(account);
    // The wait for it, and nothing else, takes no time.
    let waits = 0;
    const hurried: Environment = {
      ...watched,
      setTimer(callback) {
        waits += 1;
        return environment.setTimer(callback, 0);
      },
    };
    const failure = await openStorage({ account, environment: hurried, instanceId: 'new' }).catch((error: unknown) => SyncError.from(error));
    equal(failure instanceof SyncError && [failure.code, failure.details['reason']], ['storage-unavailable', 'blocked']);
    equal(waits, 1);
    // It goes on with what it has; once it is gone the upgrade is done, by whoever comes next.
    equal([old.version, old.objectStoreNames.contains('effects')], [1, false]);
    old.close();
    const storage = await open(account);
    equal((await all(storage)).length, 120);
    await storage.destroy();
  });

  test('[HB7] what waits for messages is kept a conversation, replaced as a whole, and gone when nothing waits', () =>
    withStorage(async (storage, account) => {
      const recalled = { id: '5', type: 'recalled' } as const;
      const patch = { id: '6', type: 'patch', fields: { msg: 'edited', ext: { a: [1] } } } as const;
      await storage.write({ effects: [{ conversation: bob, effects: [recalled] }, { conversation: team, effects: [patch] }] });
      await storage.write({ effects: [{ conversation: bob, effects: [recalled, patch] }] });
      const again = await open(account);
      equal(await again.loadEffects(), [
        { conversation: team, effects: [patch] },
        { conversation: bob, effects: [recalled, patch] },
      ]);
      await again.write({ effects: [{ conversation: bob, effects: [] }] });
      equal(await again.loadEffects(), [{ conversation: team, effects: [patch] }]);
      again.close();
    }));

  test('[HB4] the spans of all conversations are read together', () =>
    withStorage(async (storage, account) => {
      equal((await storage.loadAllSpans()).size, 0);
      const span = (from: number, through: number) => ({ oldest: toPosition(message(from)), newest: toPosition(message(through)), olderCursor: 'x' });
      await storage.write({ spans: [{ conversation: bob, spans: [span(1, 2), span(5, 9)] }, { conversation: team, spans: [span(3, 3)] }] });
      const again = await open(account);
      const loaded = await again.loadAllSpans();
      equal([loaded.size, loaded.get(bob), loaded.get(team)], [2, [span(1, 2), span(5, 9)], [span(3, 3)]]);
      await again.write({ spans: [{ conversation: team, spans: [] }] });
      equal([...(await again.loadAllSpans()).keys()], [bob]);
      again.close();
    }));

  test('the head of the list is its first rows in list order, before and after all was loaded', () =>
    withStorage(async (storage, account) => {
      const current = new Map<string, ConversationRow>();
      const write = async (changed: readonly ConversationRow[], removed: readonly ConversationKey[] = []) => {
        for (const key of removed) current.delete(key);
        for (const one of changed) current.set(one.key, one);
        await storage.write({ conversations: changed, removedConversations: removed });
        const expected = [...current.values()].sort(compareConversations);
        equal(await storage.loadConversationHead(30), expected.slice(0, 30));
        equal([...(await storage.loadConversations())].sort(compareConversations), expected);
        const again = await open(account);
        equal(await again.loadConversationHead(30), expected.slice(0, 30));
        equal([...(await again.loadConversations())].sort(compareConversations), expected);
        equal(await again.loadConversationHead(200), expected.slice(0, 200));
        again.close();
        storage = await open(account);
      };
      await write(rows(151, 200));
      await write(rows(101, 150));
      await write([row(3)]);
      await write([row(120, { isPinned: true, pinnedTime: 5 }), row(3, { isPinned: true, pinnedTime: 6 })]);
      await write([row(160, { lastMessage: message(900) })], [keyOf(200), keyOf(3)]);
      await write([row(120)], [keyOf(160)]);
      await write([row(3)]);
      await write([], [...current.keys()] as ConversationKey[]);
      storage.close();
    }));

  test('spans, tombstones and the outbox are kept, changed and removed; a number is never given twice', () =>
    withStorage(async (storage) => {
      const { outboxSeqs } = await storage.write({
        outboxAdds: [
          { conversation: bob, type: 'acknowledge' },
          { conversation: team, type: 'acknowledge' },
        ],
      });
      const [first = 0, second = 0] = outboxSeqs;
      equal(second > first, true);
      await storage.write({ outboxRemoves: [second], outboxUpdates: [{ seq: first, conversation: team, type: 'acknowledge' }] });
      equal(await storage.loadOutbox(), [{ seq: first, conversation: team, type: 'acknowledge' }]);
      const later = await storage.write({ outboxAdds: [{ conversation: bob, type: 'acknowledge' }] }, { durability: 'strict' });
      equal((later.outboxSeqs[0] ?? 0) > second, true);

      const span = { oldest: toPosition(message(1)), newest: toPosition(message(2)), olderCursor: 'x' };
      await storage.write({ spans: [{ conversation: bob, spans: [span] }], tombstones: [{ key: team, after: null }] });
      equal([await storage.loadSpans(bob), await storage.loadSpans(team)], [[span], []]);
      equal(await storage.loadTombstones(), [{ key: team, after: null }]);
      await storage.write({ spans: [{ conversation: bob, spans: [] }], removedTombstones: [team] });
      equal([await storage.loadSpans(bob), await storage.loadTombstones()], [[], []]);
    }));

  test('[HB8] messages come back by server time and id, in windows, whatever the order they were stored in', () =>
    withStorage(async (storage) => {
      const list = messages(1, 230);
      for (const [from, through] of [[180, 230], [100, 149], [1, 60], [150, 179], [61, 99]] as const) {
        await put(storage, list.slice(from - 1, through).reverse());
      }
      equal(ids(await all(storage)), ids(list));
      equal(ids(await storage.readMessages({ conversation: bob, before: null, limit: 50 })), ids(list.slice(180)));
      equal(ids(await storage.readMessages({ conversation: bob, before: message(120), limit: 50 })), ids(list.slice(69, 119)));
      equal(ids(await storage.readMessages({ conversation: bob, before: message(20), limit: 50 })), ids(list.slice(0, 19)));
      equal(await storage.readMessages({ conversation: bob, before: message(1), limit: 50 }), []);
      equal(await storage.readMessages({ conversation: bob, before: null, limit: 0 }), []);
      equal(ids(await storage.readMessagesAfter({ conversation: bob, after: message(90) })), ids(list.slice(90)));
      equal(await storage.readMessagesAfter({ conversation: bob, after: message(230) }), []);
      const some = async (after: Message | null, limit: number) => ids(await storage.readMessagesAfter({ conversation: bob, after, limit }));
      equal(await some(message(90), 70), ids(list.slice(90, 160)));
      equal(await some(null, 10), ids(list.slice(0, 10)));
      equal(await some(message(225), 50), ids(list.slice(225)));
      equal(await some(message(225), 2), ids(list.slice(225, 227)));
      equal(await all(storage, team), []);
    }));

  test('[HB8] messages of one millisecond, and ids of different lengths, keep their order and are never lost', () =>
    withStorage(async (storage) => {
      const at = (id: string) => message(0, { id, time: 1_700_000_000_000 });
      const list = Array.from({ length: 300 }, (_, index) => at(String(index * 7 + 1)));
      await put(storage, list.filter((_, index) => index % 3 === 0));
      await put(storage, list.filter((_, index) => index % 3 === 1));
      for (const one of list.filter((_, index) => index % 3 === 2)) await put(storage, [one]);
      equal(ids(await all(storage)), ids(list));
      for (const one of [list[0], list[57], list[299]]) equal(await storage.findMessage(bob, one?.id ?? ''), one);
      equal(ids(await storage.readMessages({ conversation: bob, before: list[250] ?? null, limit: 120 })), ids(list.slice(130, 250)));
    }));

  test('a message is found and removed by its id even where ids do not grow with time', () =>
    withStorage(async (storage, account) => {
      const list = messages(1, 400).map((one, index) => ({ ...one, id: String(1_000_000 + ((index * 7919) % 400)) }));
      for (let start = 0; start < list.length; start += 50) await put(storage, list.slice(start, start + 50));
      for (const one of [list[3], list[120], list[399]]) equal(await storage.findMessage(bob, one?.id ?? ''), one);
      equal(await storage.findMessage(bob, '5'), undefined);
      equal(await storage.findMessage(team, '5'), undefined);
      const gone = [list[3], list[120], list[399]].flatMap((one) => (one === undefined ? [] : [one.id]));
      await storage.write({ messages: [{ conversation: bob, removes: [...gone, '5'] }] });
      equal(ids(await all(storage)), ids(list).filter((id) => !gone.includes(id)));
      const again = await open(account);
      equal(ids(await all(again)), ids(list).filter((id) => !gone.includes(id)));
      again.close();
    }));

  test('the same id put again replaces the message in its place', () =>
    withStorage(async (storage) => {
      await put(storage, messages(1, 120));
      await put(storage, [message(60, { msg: 'edited' }), message(120, { msg: 'edited too' })]);
      const list = await all(storage);
      equal(ids(list), ids(messages(1, 120)));
      equal([list[59]?.['msg'], list[119]?.['msg']], ['edited', 'edited too']);
    }));

  test('messages are removed before a time (exclusive) or all together, of one conversation only', () =>
    withStorage(async (storage) => {
      await put(storage, messages(1, 180));
      await put(storage, messages(1, 5), team);
      await storage.write({ messages: [{ conversation: bob, removeBefore: message(100).time }] });
      equal(ids(await all(storage)), ids(messages(100, 180)));
      await storage.write({ messages: [{ conversation: bob, removeBefore: message(180).time }] });
      equal(ids(await all(storage)), ids(messages(180, 180)));
      await storage.write({ messages: [{ conversation: bob, removeAll: true, puts: messages(190, 191) }] });
      equal(ids(await all(storage)), ids(messages(190, 191)));
      await storage.write({ messages: [{ conversation: bob, removeAll: true }, { conversation: bob, puts: messages(7, 7) }] });
      equal(ids(await all(storage)), ids(messages(7, 7)));
      equal(ids(await all(storage, team)), ids(messages(1, 5)));
    }));

  test('[UR3] what is stored already is told from what is new, in memory for new messages', () =>
    withStorage(async (storage, account) => {
      equal(ids(await storage.selectUnstored(bob, messages(1, 3))), ids(messages(1, 3)));
      await put(storage, messages(1, 200).filter((_, index) => index !== 90));
      equal(ids(await storage.selectUnstored(bob, messages(80, 210))), ids([message(91), ...messages(201, 210)]));
      const again = await open(account);
      equal(ids(await again.selectUnstored(bob, [message(210), message(5), message(91)])), ids([message(210), message(91)]));
      recordAnew();
      equal(ids(await again.selectUnstored(bob, messages(199, 205))), ids(messages(201, 205)));
      equal(record.requests, []);
      // Told again with a later time: still the message that is stored.
      equal(await again.selectUnstored(bob, [{ ...message(20), time: message(300).time }]), []);
      again.close();
    }));

  test('[SY1] a page of 50 conversations and its cursor are one transaction of few requests', () =>
    withStorage(async (storage) => {
      await storage.write({ conversations: rows(951, 1000) });
      recordAnew();
      await storage.write({ conversations: rows(901, 950), listSync: { cursor: 'c', startedAt: 1, completedAt: null, done: 100 } });
      equal(record.transactions, ['readwrite:conversationPages,conversations,meta']);
      equal(record.requests, ['meta.get', 'conversationPages.put', 'meta.put']);
    }));

  test('[HB2] an older page and its span are one transaction of four requests, and no message is read', () =>
    withStorage(async (storage, account) => {
      const spans = [{ conversation: bob, spans: [{ oldest: toPosition(message(1)), newest: toPosition(message(2)), olderCursor: 'x' }] }];
      await put(storage, messages(301, 350));
      const cold = await open(account);
      recordAnew();
      await cold.write({ messages: [{ conversation: bob, puts: messages(251, 300) }], spans });
      equal(record.transactions, ['readwrite:messages,meta,spans']);
      equal([...record.requests].sort(), ['messages.openCursor', 'messages.put', 'meta.get', 'spans.put']);
      // Reads the newest block, once.
      await cold.selectUnstored(bob, messages(201, 250));
      recordAnew();
      equal(await cold.readMessages({ conversation: bob, before: message(251), limit: 50 }), []);
      equal((await cold.selectUnstored(bob, messages(201, 250))).length, 50);
      await cold.write({ messages: [{ conversation: bob, puts: messages(201, 250) }], spans });
      equal(record.requests.length, 3);
      equal(record.transactions.length, 1);
      equal(ids(await all(cold)), ids(messages(201, 350)));
      cold.close();
    }));

  test('100 live messages of 20 conversations are one transaction, and nothing is read for it', () =>
    withStorage(async (storage) => {
      const keys = rows(1, 20).map(({ key }) => key);
      await storage.write({ conversations: rows(1, 20), messages: keys.map((conversation) => ({ conversation, puts: messages(1, 10) })) });
      // As for every message that arrives live; it tells the newest block.
      for (const conversation of keys) await storage.selectUnstored(conversation, messages(11, 15));
      recordAnew();
      await storage.write({ conversations: rows(1, 20), messages: keys.map((conversation) => ({ conversation, puts: messages(11, 15) })) });
      equal(record.transactions.length, 1);
      equal(record.requests.filter((name) => name.startsWith('messages.')), keys.map(() => 'messages.put'));
      equal(record.requests.filter((name) => name.includes('.get')), ['meta.get']);
    }));

  test('[HB8] no request grows with the length of a conversation: what is done at 20,000 messages costs what it costs at 1,000', () =>
    withStorage(async (_storage, account) => {
      const cost = async (count: number, conversation: ConversationKey): Promise<unknown> => {
        const filler = await open(account);
        for (let start = 1; start <= count; start += 1000) await put(filler, messages(start, start + 999), conversation);
        filler.close();
        const middle = Math.floor(count * 0.4);
        const costs: Record<string, readonly string[]> = {};
        const measure = async (name: string, work: (cold: Storage) => Promise<unknown>) => {
          const cold = await open(account);
          recordAnew();
          await work(cold);
          costs[name] = record.requests.filter((request) => request.startsWith('messages.'));
          cold.close();
        };
        await measure('newest', (cold) => cold.readMessages({ conversation, before: null, limit: 50 }));
        await measure('older', (cold) => cold.readMessages({ conversation, before: message(middle), limit: 50 }));
        await measure('live', async (cold) => {
          equal((await cold.selectUnstored(conversation, [message(count + 1)])).length, 1);
          await put(cold, [message(count + 1)], conversation);
        });
        await measure('known', async (cold) => equal(await cold.selectUnstored(conversation, messages(middle, middle + 20)), []));
        await measure('told again', async (cold) =>
          equal(await cold.selectUnstored(conversation, [{ ...message(middle), time: message(count + 9).time }]), []),
        );
        await measure('by id', async (cold) => equal((await cold.findMessage(conversation, message(middle).id))?.time, message(middle).time));
        await measure('edit', (cold) => put(cold, [message(middle, { msg: 'edited' })], conversation));
        await measure('removed', (cold) => cold.write({ messages: [{ conversation, removes: [message(middle).id] }] }));
        await measure('removed before', (cold) => cold.write({ messages: [{ conversation, removeBefore: message(50).time }] }));
        await measure('older page', (cold) => put(cold, messages(-49, 0), conversation));
        return costs;
      };
      const small = await cost(1_000, bob);
      equal(await cost(20_000, team), small);
      const search = ['openKeyCursor', 'openKeyCursor', 'openKeyCursor', 'openKeyCursor', 'get'];
      const named = (names: readonly string[]) => names.map((name) => `messages.${name}`);
      equal(small, {
        newest: named(['openCursor']),
        older: named(['openCursor']),
        live: named(['openCursor', 'put']),
        known: named(['openCursor', 'openCursor', 'openCursor']),
        'told again': named(['openCursor', 'openKeyCursor', ...search.slice(1)]),
        'by id': named(search),
        edit: named(['openCursor', 'put']),
        removed: named([...search, 'put']),
        'removed before': named(['openCursor', 'delete', 'put']),
        'older page': named(['openCursor', 'put']),
      });
    }));

  test('an id is found without a search everywhere also where messages come in bursts and ids grow unevenly', () =>
    withStorage(async (storage, account) => {
      const burst = (index: number) => Math.floor(index / 500);
      const list = messages(1, 5_000).map((one, index) => ({
        ...one,
        id: String(1_000_000 + index + burst(index) ** 6),
        time: 1_700_000_000_000 + burst(index) ** 3 * 100_000_000 + (index % 500),
      }));
      await put(storage, list);
      const cold = await open(account);
      for (const index of [0, 40, 499, 500, 1_234, 2_777, 4_500, 4_960]) {
        recordAnew();
        equal(await cold.findMessage(bob, list[index]?.id ?? ''), list[index]);
        equal(record.requests.filter((name) => name === 'messages.getAll'), []);
        equal(record.requests.length < 70, true);
      }
      cold.close();
    }));

  test('an id that is not stored is searched for everywhere once, and then known not to be; so are ids in no order', () =>
    withStorage(async (storage) => {
      const searches = async (id: string): Promise<number> => {
        recordAnew();
        await storage.findMessage(bob, id);
        return record.requests.filter((name) => name === 'messages.getAll').length;
      };
      const scattered = messages(1, 400).map((one, index) => ({ ...one, id: String(2_000_000 + ((index * 7919) % 400)) }));
      await put(storage, scattered);
      equal(await searches('1'), 1);
      equal(await searches('2'), 0);
      for (const one of [scattered[3], scattered[250]]) {
        equal([await searches(one?.id ?? ''), await storage.findMessage(bob, one?.id ?? '')], [0, one]);
      }
      // What is written afterwards is known without another search.
      await put(storage, [message(500), message(-5, { id: '9' })]);
      await storage.write({ messages: [{ conversation: bob, removes: [scattered[3]?.id ?? ''] }] });
      equal(await storage.findMessage(bob, '9'), message(-5, { id: '9' }));
      equal([await searches('9'), await searches(scattered[3]?.id ?? ''), await storage.findMessage(bob, scattered[3]?.id ?? '')], [0, 0, undefined]);
      await storage.write({ messages: [{ conversation: bob, removeBefore: message(0).time }] });
      equal([await searches('9'), await storage.findMessage(bob, '9')], [0, undefined]);
    }));

  test('replaced rows do not pile up: pages that hold nothing current go', () =>
    withStorage(async (storage, account) => {
      for (let round = 0; round < 60; round += 1) {
        await storage.write({ conversations: rows(1, 60).map((one) => ({ ...one, marks: [round] })) });
        await storage.write({ conversations: rows(1 + (round % 20), 30 + (round % 20)).map((one) => ({ ...one, marks: [round, 1] })) });
        await storage.write({ conversations: [row(61, { marks: [round] })] });
      }
      const before = [...(await storage.loadConversations())].sort(compareConversations);
      const again = await open(account);
      equal([...(await again.loadConversations())].sort(compareConversations), before);
      equal(before.length, 61);
      again.close();
      const raw = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = watched.indexedDB.open(databaseName(account));
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error('not opened'));
      });
      const pages = await new Promise<number>((resolve) => {
        const request = raw.transaction('conversationPages').objectStore('conversationPages').count();
        request.onsuccess = () => resolve(request.result);
      });
      raw.close();
      equal(pages < 10, true);
    }));
}
