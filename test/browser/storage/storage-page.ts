import { isSameData } from '../../../src/worker/same-data.ts';
import { browserEnvironment } from '../../../src/worker/environment.ts';
import { storageContract } from '../../contract/storage/storage-contract.ts';

/** What became of one test in the page: an empty reason when it passed. */
export type PageResult = { readonly title: string; readonly reason: string };

/** Runs the storage contract in the page and leaves the results where the test finds them. */
async function run(): Promise<readonly PageResult[]> {
  const tests: { readonly title: string; readonly run: () => Promise<void> }[] = [];
  storageContract({
    test: (title, body) => tests.push({ title, run: body }),
    equal(actual, expected) {
      if (!isSameData(actual, expected)) {
        throw new Error(`got ${JSON.stringify(actual)?.slice(0, 400)}, expected ${JSON.stringify(expected)?.slice(0, 400)}`);
      }
    },
    environment: browserEnvironment(),
  });
  const results: PageResult[] = [];
  for (const one of tests) {
    const reason = await one.run().then(
      () => '',
      (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    results.push({ title: one.title, reason });
  }
  return results;
}

Object.assign(globalThis, { storageResults: run() });
