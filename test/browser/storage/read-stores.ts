import type { Page } from 'playwright-core';

export type StoreContent = { readonly keys: readonly unknown[]; readonly values: readonly unknown[] };

/**
 * Reads stores of the one database in a page's profile without any of our code, in one transaction.
 *
 * @returns Keys and values by the store's name, as JSON has them, blobs as their sizes in bytes; undefined when there is no database.
 */
export function readStores<Name extends string>(page: Page, names: readonly Name[]): Promise<{ readonly [name in Name]: StoreContent } | undefined> {
  return page.evaluate(async (wanted) => {
    const answer = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error('not read'));
      });
    const [found] = await indexedDB.databases();
    if (found?.name === undefined) return undefined;
    const database = await answer(indexedDB.open(found.name));
    const transaction = database.transaction(wanted);
    const contents = await Promise.all(
      wanted.map(async (name) => {
        const store = transaction.objectStore(name);
        const [keys, values] = await Promise.all([answer(store.getAllKeys()), answer<unknown[]>(store.getAll())]);
        return [name, { keys, values }];
      }),
    );
    database.close();
    return JSON.parse(JSON.stringify(Object.fromEntries(contents), (_name, value: unknown) => (value instanceof Blob ? value.size : value))) as { [name in Name]: StoreContent };
  }, [...names]);
}
