import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { doors } from '../../scripts/doors.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where the package's doors lead: `source` is what is being written, `dist` what users get (build it first). */
export type DoorsFrom = 'source' | 'dist';

/**
 * Bundles one script for a page or a worker, with everything it imports.
 *
 * @param entry Path relative to the project's root.
 * @returns The script: a classic one, so that it runs in pages, SharedWorkers and service workers alike.
 * @throws {Error} It does not bundle; esbuild's message says where.
 */
export async function bundlePage(entry: string, { doorsFrom }: { readonly doorsFrom: DoorsFrom }): Promise<string> {
  const alias = Object.fromEntries(
    doors.map((door) => [door.specifier, doorsFrom === 'dist' ? `./dist/${door.output}.js` : `./${door.entry}`]),
  );
  const result = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    alias,
    // The compiler's `paths` also lead to the sources; here only the line above decides.
    tsconfigRaw: {},
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error(`${entry} bundled to nothing`);
  return file.text;
}
