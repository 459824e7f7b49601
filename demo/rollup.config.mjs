/**
 * Builds the demo into `demo/dist`, as an app would: the package is found by its name, in what was built before.
 * The page and the worker's script keep their names from build to build: tabs of two builds so meet in one worker.
 */
import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'rollup-plugin-esbuild';
import { precacheManifest } from './build/precache-manifest.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = path.join(here, 'dist');

const assets = [
  ...['index.html', 'style.css', 'manifest.webmanifest'],
  ...['icon.svg', 'icon-192.png', 'icon-512.png', 'icon-maskable-512.png'].map((name) => `icons/${name}`),
];

const copyAssets = {
  name: 'copy-assets',
  buildStart() {
    for (const name of assets) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      copyFileSync(path.join(here, name), path.join(folder, name));
    }
  },
};

const plugins = [
  nodeResolve({ browser: true, extensions: ['.ts', '.mjs', '.js'] }),
  commonjs(),
  esbuild({ target: 'es2022', minify: true, exclude: /easemob-websdk/ }),
];

/**
 * @param {string} name
 * @param {import('rollup').ModuleFormat} format
 */
const output = (name, format) => ({
  file: path.join(folder, name),
  format,
  sourcemap: true,
  inlineDynamicImports: true,
});

/** @type {import('rollup').RollupOptions[]} */
export default [
  { input: path.join(here, 'app/main.ts'), plugins: [copyAssets, ...plugins], output: output('app.js', 'es') },
  { input: path.join(here, 'chat.worker.ts'), plugins, output: output('chat.worker.js', 'es') },
  {
    input: path.join(here, 'service.worker.ts'),
    plugins: [precacheManifest({ folder, exclude: /\.map$|^service\.worker\.js$/ }), ...plugins],
    output: output('service.worker.js', 'iife'),
  },
];
