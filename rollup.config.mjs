import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { existsSync, readFileSync } from 'node:fs';
import { dts } from 'rollup-plugin-dts';
import esbuild from 'rollup-plugin-esbuild';
import demo from './demo/rollup.config.mjs';
import { comlinkWithoutProxies } from './scripts/comlink-without-proxies.mjs';
import { doors } from './scripts/doors.mjs';

const missing = doors.filter(({ entry }) => !existsSync(entry));
if (missing.length > 0) {
  throw new Error(`Doors without a source:\n${missing.map((door) => `  ${door.specifier}: ${door.entry}`).join('\n')}`);
}
const input = Object.fromEntries(doors.map(({ entry, output }) => [output, entry]));

/**
 * What stays an import of the app's: our dependencies and peers. Everything else is built in: Comlink without its proxies, and workbox's
 * worker-side modules, so that a service worker script is one file.
 */
const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const external = new RegExp(`^(${Object.keys({ ...dependencies, ...peerDependencies }).join('|')})(/|$)`);

/** @param {{ minify?: boolean }} [options] */
const plugins = ({ minify = false } = {}) => [
  nodeResolve({ browser: true, extensions: ['.ts', '.mjs', '.js'], ignoreSideEffectsForRoot: true }),
  commonjs(),
  comlinkWithoutProxies(),
  esbuild({
    target: 'es2022',
    minify,
    // Workbox drops its development half by this name; the SDK is built already.
    define: { 'process.env.NODE_ENV': '"production"' },
    exclude: /easemob-websdk/,
  }),
];

/** @param {string} id */
const isShim = (id) => /(^|[/-])shim\.ts$/.test(id);

/**
 * The SDK reads `window` while it is evaluated, so what sets it must be evaluated first. Inside one file every import
 * runs before the file's own code: the shim stays a file of its own.
 *
 * @param {string} id
 */
const shimsApart = (id) => (isShim(id) ? 'easemob-shim' : undefined);

/** @type {import('rollup').RollupOptions} */
const library = {
  input,
  external,
  plugins: plugins(),
  output: {
    dir: 'dist',
    format: 'es',
    sourcemap: true,
    chunkFileNames: ({ name }) => (name.endsWith('-shim') ? '[name].js' : 'shared/[name].js'),
    manualChunks: shimsApart,
  },
};

/**
 * One declaration file a door. What doors share is declared once, so that a class of one is the class of the other.
 *
 * @type {import('rollup').RollupOptions}
 */
const declarations = {
  input,
  external: /^[^./]/,
  plugins: [
    {
      name: 'shims-declare-nothing',
      resolveId: (/** @type {string} */ id) => (isShim(id) ? '\0shim' : null),
      load: (/** @type {string} */ id) => (id === '\0shim' ? 'export {};' : null),
    },
    dts(),
    {
      // The SDK is an optional peer: without it what is read from its declarations is `any`, and no error.
      name: 'sdk-may-be-missing',
      renderChunk: (/** @type {string} */ code) =>
        code.replaceAll(/^import 'easemob-websdk\/.*\n/gm, '').replaceAll(/^import .* from 'easemob-websdk\/.*$/gm, '// @ts-ignore\n$&'),
    },
  ],
  output: { dir: 'dist', format: 'es', chunkFileNames: 'shared/[name].d.ts' },
};

/**
 * A script an app can host as it is: engine, adapter and SDK in one file, for `new SharedWorker('/that-file.js')`. A service
 * of one's own is named in the script's address: `?apiUrl=…&socketUrl=…`.
 */
const prebuiltSource = `
  import { serve } from './src/worker/index.ts';
  import { easemob } from './src/worker/service/easemob/index.ts';
  serve({ service: easemob(Object.fromEntries(new URLSearchParams(self.location.search))) });
`;

/** The store behind `moorage/local-cache`. */
const localCacheSource = `
  import { serveLocalCache } from './src/local-cache/worker.ts';
  serveLocalCache();
`;

/**
 * A worker script in one file, made of a few lines.
 *
 * @param {string} name
 * @param {string} source
 * @returns {import('rollup').RollupOptions}
 */
const prebuiltWorker = (name, source) => ({
  input: name,
  plugins: [
    {
      name: 'prebuilt-entry',
      resolveId: (/** @type {string} */ id) => (id === name ? new URL(`${name}.ts`, import.meta.url).pathname : null),
      load: (/** @type {string} */ id) => (id.endsWith(`/${name}.ts`) ? source : null),
    },
    ...plugins({ minify: true }),
  ],
  output: { file: `dist/prebuilt/${name}.js`, format: 'iife', inlineDynamicImports: true },
});

/**
 * What a page imports, with everything in it, for pages without a bundler.
 *
 * @type {import('rollup').RollupOptions}
 */
const prebuiltPage = {
  input: 'src/client/index.ts',
  plugins: plugins({ minify: true }),
  output: { file: 'dist/prebuilt/moorage.js', format: 'es' },
};

/**
 * A warning is a defect of the build (an import that leads nowhere, a cycle), with two exceptions: the SDK uses eval,
 * and a public type that names a private one is told, since it is a door that has to export it.
 *
 * @param {import('rollup').RollupLog} warning
 */
function onwarn(warning) {
  if (warning.code === 'EVAL' && warning.id?.includes('easemob-websdk')) return;
  if (warning.plugin !== 'dts') throw new Error(`${warning.code ?? 'warning'}: ${warning.message}`);
  console.error(warning.message);
}

// The demo comes last: it imports the package as an app does, from what was built before it.
export default [
  library,
  declarations,
  prebuiltWorker('easemob.shared-worker', prebuiltSource),
  prebuiltWorker('local-cache.shared-worker', localCacheSource),
  prebuiltPage,
  ...demo,
].map((part) => ({ onwarn, ...part }));
