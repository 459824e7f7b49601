import type { Message } from '../../../src/protocol/model.ts';
import { databaseName } from '../../../src/worker/storage/schema.ts';
import type { TestWorld } from '../../../src/testing/test-world.ts';

/**
 * Changes what is stored behind the engine's back.
 *
 * @param change What becomes of one block of messages.
 */
export async function spoilMessages(world: TestWorld, indexedDB: IDBFactory, change: (messages: readonly Message[]) => readonly Message[]): Promise<void> {
  const request = indexedDB.open(databaseName(world.account));
  await new Promise((resolve, reject) => {
    request.onsuccess = resolve;
    request.onerror = reject;
  });
  const database = request.result;
  const transaction = database.transaction(['messages'], 'readwrite');
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = reject;
    transaction.objectStore('messages').openCursor().onsuccess = ({ target }) => {
      const { result: cursor } = target as IDBRequest<IDBCursorWithValue | null>;
      cursor?.update(change(cursor.value as readonly Message[]));
    };
  });
  database.close();
}
