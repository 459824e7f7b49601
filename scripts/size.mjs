/**
 * `npm run size`: what an app's bundle gains, minified and gzipped, measured on `dist/` as an app's bundler sees it,
 * with our dependencies inside and the SDK outside.
 *
 * The budgets are held with terser, the minifier of webpack and of rollup's own plugin. What esbuild makes of the same code
 * stands beside it: it comes out some percent larger.
 */
import { build } from 'esbuild';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { minify } from 'terser';
import { root } from './steps.mjs';

/** Bytes in a kB, as in the tables of bundle sizes that people compare with. */
const BYTES_PER_KB = 1000;

/**
 * The budgets. The client is paid by every tab of every visit, the engine once per browser; the SDK alone is 158 kB.
 *
 * @type {readonly { name: string, file: string, budgetKb: number }[]}
 */
const budgets = [
  { name: 'moorage (client)', file: 'dist/index.js', budgetKb: 6 },
  { name: 'moorage/react', file: 'dist/react.js', budgetKb: 1 },
  { name: 'moorage/vue', file: 'dist/vue.js', budgetKb: 1 },
  { name: 'moorage/worker (engine without the SDK)', file: 'dist/worker.js', budgetKb: 48 },
];

/**
 * @param {string} file
 * @param {{ readonly minify: boolean }} options
 */
async function bundle(file, options) {
  const { outputFiles } = await build({
    entryPoints: [path.join(root, file)],
    bundle: true,
    minify: options.minify,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    external: ['easemob-websdk', 'react', 'vue'],
    legalComments: 'none',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

/** @param {string} code */
const gzippedKb = (code) => gzipSync(code, { level: 9 }).byteLength / BYTES_PER_KB;

/** @param {string} file */
async function measure(file) {
  const { code } = await minify(await bundle(file, { minify: false }), { module: true, ecma: 2020, compress: { passes: 2 } });
  return { kb: gzippedKb(code ?? ''), esbuildKb: gzippedKb(await bundle(file, { minify: true })) };
}

/**
 * Measures every door with a budget.
 *
 * @returns {Promise<readonly { line: string, ok: boolean }[]>} One entry a budget; a file that is missing is over it.
 */
export async function measureSizes() {
  return Promise.all(
    budgets.map(async ({ name, file, budgetKb }) => {
      if (!existsSync(path.join(root, file))) return { line: `${name}: ${file} is missing`, ok: false };
      const { kb, esbuildKb } = await measure(file);
      return { line: `${name}: ${kb.toFixed(2)} kB of ${budgetKb} kB (${esbuildKb.toFixed(2)} kB with esbuild)`, ok: kb <= budgetKb };
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  console.log(`moorage ${version}, minified and gzipped:`);
  for (const { line, ok } of await measureSizes()) {
    console.log(`${ok ? 'ok  ' : 'FAIL'}  ${line}`);
    if (!ok) process.exitCode = 1;
  }
}
