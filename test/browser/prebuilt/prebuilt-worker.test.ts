import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { launchBrowser } from '../../support/browser.ts';
import { bundlePage } from '../../support/bundle-page.ts';
import { startPageServer } from '../../support/page-server.ts';

const prebuilt = fileURLToPath(new URL('../../../dist/prebuilt/easemob.shared-worker.js', import.meta.url));

test('[TB5] the prebuilt worker script, hosted as it is, answers the handshake and serves what is stored without a network', async () => {
  const page = await bundlePage('test/support/prebuilt.page.ts', { doorsFrom: 'dist' });
  const files = new Map([
    ['/index.html', { type: 'html', body: '<!doctype html><title>Prebuilt</title><script src="/page.js"></script>' }],
    ['/page.js', { type: 'js', body: page }],
    ['/easemob.shared-worker.js', { type: 'js', body: readFileSync(prebuilt, 'utf8') }],
  ] as const);
  const server = await startPageServer(({ pathname }) => files.get(pathname as '/page.js'));
  const browser = await launchBrowser();
  const tab = await browser.newPage();
  await tab.goto(server.origin);
  const seen = await tab.evaluate(() => window.useBuiltWorker());
  expect(seen).toEqual({ status: expect.stringMatching(/^(connecting|from-cache)$/), local: 0, refused: 'targetId' });
  await browser.close();
  await server.close();
});
