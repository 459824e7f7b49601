import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';
import { build as buildWithVite } from 'vite';
import webpack from 'webpack';
import type { Emulator } from '../../emulator/start-emulator.ts';
import { packProject } from '../../scripts/package-checks.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
export const workshop: string = fileURLToPath(new URL('../../.build/bundlers/', import.meta.url));

/** The unpacked tarball. */
export const packed: string = path.join(workshop, 'node_modules', 'moorage');

export const bundlers = ['vite', 'webpack', 'rollup', 'none'] as const;
export type Bundler = (typeof bundlers)[number];

/** Where the service is, as the worker's script is told. */
type Service = Pick<Emulator, 'apiUrl' | 'socketUrl'>;

/** Packs the project and unpacks it where the apps find it by its name. Its dependencies are found further up. */
export function installPacked(): void {
  rmSync(workshop, { recursive: true, force: true });
  mkdirSync(packed, { recursive: true });
  // A package of its own: inside of this one, its name would mean the project itself and not the tarball.
  writeFileSync(path.join(workshop, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const { status, stderr } = spawnSync('tar', ['-xzf', packProject(), '-C', packed, '--strip-components=1'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar failed: ${stderr}`);
}

/**
 * Builds the app with one bundler.
 *
 * @returns Its files, by the address each is served at.
 */
export async function buildApp(bundler: Bundler, service: Service): Promise<ReadonlyMap<string, string>> {
  const folder = path.join(workshop, bundler);
  cpSync(path.join(here, 'app'), folder, { recursive: true });
  const outDir = path.join(folder, 'dist');
  mkdirSync(outDir, { recursive: true });
  const worker = path.join(folder, 'chat.worker.js');
  const names = { SERVICE_API_URL: JSON.stringify(service.apiUrl), SERVICE_SOCKET_URL: JSON.stringify(service.socketUrl) };
  const told = Object.entries(names).reduce((code, [name, value]) => code.replace(name, value), readFileSync(worker, 'utf8'));
  writeFileSync(worker, told);
  if (bundler === 'none') copyPrebuilt({ folder, outDir }, service);
  else await bundleWith(bundler, { folder, outDir }, [path.join(folder, bundler === 'rollup' ? 'rollup-page.js' : 'page.js'), worker]);
  const files = readdirSync(outDir, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(html|js)$/.test(name));
  return new Map(files.map((name) => [`/${name.replaceAll(path.sep, '/')}`, readFileSync(path.join(outDir, name), 'utf8')]));
}

/** @param entries What rollup, which knows no workers, is told to build: the page, and the worker where there is one of the app's own. */
export async function bundleWith(bundler: Exclude<Bundler, 'none'>, job: Job, entries: readonly string[]): Promise<void> {
  await builders[bundler](job, entries);
}

type Job = { readonly folder: string; readonly outDir: string };

function copyPage({ folder, outDir }: Job): void {
  cpSync(path.join(folder, 'index.html'), path.join(outDir, 'index.html'));
}

function copyPrebuilt(job: Job, service: Service): void {
  for (const name of ['moorage.js', 'easemob.shared-worker.js']) cpSync(path.join(packed, 'dist', 'prebuilt', name), path.join(job.outDir, name));
  cpSync(path.join(here, 'none', 'page.js'), path.join(job.outDir, 'page.js'));
  cpSync(path.join(here, 'app', 'show.js'), path.join(job.outDir, 'show.js'));
  const address = `/easemob.shared-worker.js?${new URLSearchParams(service).toString()}`;
  const page = readFileSync(path.join(job.folder, 'index.html'), 'utf8');
  writeFileSync(path.join(job.outDir, 'index.html'), page.replace('<p id="total">', `<body data-worker-address="${address.replaceAll('&', '&amp;')}"><p id="total">`));
}

const builders: Readonly<Record<Exclude<Bundler, 'none'>, (job: Job, entries: readonly string[]) => Promise<void>>> = {
  async vite({ folder, outDir }) {
    await buildWithVite({ root: folder, configFile: false, logLevel: 'error', worker: { format: 'es' }, build: { outDir, target: 'es2022' } });
  },

  async webpack(job) {
    copyPage(job);
    const compiler = webpack({
      mode: 'production',
      context: job.folder,
      entry: { page: './page.js' },
      output: { path: job.outDir, filename: '[name].js', publicPath: '/' },
      performance: { hints: false },
    });
    const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
      compiler?.run((error, result) => (error ? reject(error) : resolve(result)));
    });
    if (stats === undefined || stats.hasErrors() || stats.hasWarnings()) throw new Error(stats?.toString('errors-warnings'));
  },

  async rollup(job, [page, ...workers]) {
    copyPage(job);
    const named = workers.map((worker) => [path.parse(worker).name, worker] as const);
    const bundle = await rollup({
      input: { page: page ?? '', ...Object.fromEntries(named) },
      plugins: [nodeResolve({ browser: true }), commonjs()],
      // The SDK uses eval; it says so in its documentation, and the bundler does.
      onwarn(warning) {
        if (warning.code !== 'EVAL') throw new Error(warning.message);
      },
    });
    await bundle.write({ dir: job.outDir, format: 'es', entryFileNames: '[name].js' });
    await bundle.close();
  },
};
