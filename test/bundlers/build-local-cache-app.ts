import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { bundleWith, packed, workshop, type Bundler } from './build-app.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));

function prepare(name: string): { readonly folder: string; readonly outDir: string } {
  const folder = path.join(workshop, `local-cache-${name}`);
  const outDir = path.join(folder, 'dist');
  cpSync(path.join(here, 'local-cache-app'), folder, { recursive: true });
  mkdirSync(outDir, { recursive: true });
  return { folder, outDir };
}

/** What an app adds where its bundler knows no workers: the file, in the place that the module names. */
function placeWorker(outDir: string): void {
  const name = 'prebuilt/local-cache.shared-worker.js';
  cpSync(path.join(packed, 'dist', name), path.join(outDir, name));
}

/** Without a bundler: the files as they are, and the names that modules are imported by in an import map. */
function copyAll(outDir: string): void {
  cpSync(path.join(here, 'local-cache-app', 'start.js'), path.join(outDir, 'start.js'));
  cpSync(path.join(here, 'local-cache-none'), outDir, { recursive: true });
  cpSync(path.join(packed, 'dist'), path.join(outDir, 'moorage'), { recursive: true });
  for (const name of ['miniCore', 'contact']) cpSync(path.join(modules, `easemob-websdk/${name}/${name}.js`), path.join(outDir, `sdk/${name}.js`));
}

/**
 * Builds the app that keeps the SDK in its tabs.
 *
 * @returns Its files, by the address each is served at.
 */
export async function buildLocalCacheApp(bundler: Bundler): Promise<ReadonlyMap<string, string>> {
  const job = prepare(bundler);
  if (bundler === 'none') copyAll(job.outDir);
  else await bundleWith(bundler, job, [path.join(job.folder, 'page.js')]);
  if (bundler === 'rollup') placeWorker(job.outDir);
  const names = readdirSync(job.outDir, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(html|m?js)$/.test(name));
  return new Map(names.map((name) => [`/${name.replaceAll(path.sep, '/')}`, readFileSync(path.join(job.outDir, name), 'utf8')]));
}

/** Serves the app as Vite does while it is being written. @param answer What the app's own server says to an address. */
export async function serveWithVite(answer: (pathname: string) => string | undefined): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const { folder } = prepare('vite-dev');
  const server = await createServer({
    root: folder,
    configFile: false,
    logLevel: 'error',
    // The one setting an app needs: bundled together with others, the module would no longer lie beside its worker.
    optimizeDeps: { exclude: ['moorage'] },
    cacheDir: path.join(folder, '.vite'),
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null, fs: { strict: false } },
    plugins: [
      {
        name: 'own-server',
        configureServer: ({ middlewares }) =>
          void middlewares.use((request, response, next) => {
            const body = answer(request.url ?? '');
            if (body === undefined) next();
            else response.end(body);
          }),
      },
    ],
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (typeof address !== 'object' || address === null) throw new Error('vite does not listen');
  return { origin: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}
