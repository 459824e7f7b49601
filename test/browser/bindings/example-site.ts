import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { build } from 'vite';
import { startEmulator, type Emulator } from '../../../emulator/start-emulator.ts';
import { startPageServer, type PageServer } from '../../support/page-server.ts';

/** An example page, built by Vite from the built package, served beside its own service. */
export interface ExampleSite {
  readonly emulator: Emulator;
  readonly server: PageServer;
  close(): Promise<void>;
}

/** Builds and serves `examples/<name>`. */
export async function serveExample(name: 'react' | 'vue'): Promise<ExampleSite> {
  const emulator = await startEmulator({ seed: { appKey: 'org#app', conversations: 12, messagesPerConversation: 70 } });
  const root = fileURLToPath(new URL(`../../../examples/${name}/`, import.meta.url));
  const outDir = fileURLToPath(new URL(`../../../.build/examples/${name}/`, import.meta.url));
  rmSync(outDir, { recursive: true, force: true });
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [vue()],
    worker: { format: 'es' },
    define: {
      'import.meta.env.VITE_API_URL': JSON.stringify(emulator.apiUrl),
      'import.meta.env.VITE_SOCKET_URL': JSON.stringify(emulator.socketUrl),
    },
    build: { outDir, target: 'es2022', emptyOutDir: true },
  });
  const server = await startPageServer(({ pathname }) => {
    if (pathname === '/chat-token') return { type: 'text', body: emulator.issueToken('alice') };
    const known = ['index.html', ...readdirSync(path.join(outDir, 'assets')).map((file) => `assets/${file}`)];
    if (!known.includes(pathname.slice(1))) return undefined;
    return { type: pathname.endsWith('.html') ? 'html' : pathname.endsWith('.css') ? 'css' : 'js', body: readFileSync(path.join(outDir, pathname), 'utf8') };
  });
  return {
    emulator,
    server,
    async close() {
      await server.close();
      await emulator.close();
    },
  };
}
