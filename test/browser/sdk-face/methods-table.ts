import type { MethodCase } from './method-case.ts';

export type Row = { readonly method: string; readonly verdict: 'works the same' | 'works better' | 'not yet'; readonly note: string };

/** @returns What the table says of a method. */
export function rowOf(method: string, { better, notYet, done }: MethodCase): Row {
  if (notYet !== undefined) return { method, verdict: 'not yet', note: notYet };
  if (better !== undefined) return { method, verdict: 'works better', note: better };
  return { method, verdict: 'works the same', note: done === undefined ? '' : 'its effect is compared as well' };
}

const lines = (rows: readonly Row[]): readonly string[] => rows.map(({ method, verdict, note }) => `| \`${method}\` | ${verdict} | ${note} |`);

/** The whole document. @param parts Heading, how it is called, and its rows. */
export function renderTables(parts: readonly { readonly heading: string; readonly how: string; readonly rows: readonly Row[] }[]): string {
  const head = `# The SDK's methods

Code that was written for \`easemob-websdk\` moves over by changing how the object is made: \`chat\` comes from \`connect()\`, and
\`chat.contact\`, \`chat.localCache\`, \`chat.send\` and \`chat.addEventHandler\` stand where the SDK's stood. Everything else of the SDK is
called by its name: \`chat.sdk.call('group.getGroupInfo', { groupId })\`.

This page is written by a test that asks every method of the SDK, and of Moorage, on the same state of the emulator:
\`npx vitest run --project browser test/browser/sdk-face -u\`. It fails when the SDK has a method that is not here.

- *works the same*: passed on to the SDK in the worker, with a deadline; its answer is given back. The test compares the
  two answers. *Its effect is compared as well*: the emulator shows after each of the two calls what it did not show before.
- *works better*: Moorage answers it, with the SDK's options and results.
- Nothing of a chat room is stored: what is asked of one is passed on to the SDK, whatever the table says.
- Rejections are \`SyncError\`s everywhere: \`details.serviceCode\` is the SDK's \`type\`.
- \`chat.contact\` and \`chat.localCache\` answer to any name: \`Object.keys()\`, \`in\` and a spread find no methods there. Call them by name.
- Methods of plugins that are registered in the worker (\`easemob({ plugins: { group: groupPlugin } })\`) work the same, by \`chat.sdk.call\`; import them
  after \`moorage/easemob\`, which makes the SDK take a worker for a browser.
`;
  const tables = parts.map(({ heading, how, rows }) => ['', `## ${heading}`, '', how, '', '| method | | how, or why |', '|---|---|---|', ...lines(rows), ''].join('\n'));
  return head + tables.join('');
}
