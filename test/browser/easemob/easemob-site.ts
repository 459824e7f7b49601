import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../../support/browser.ts';
import { bundlePage } from '../../support/bundle-page.ts';
import { startPageServer, type PageFile } from '../../support/page-server.ts';

/** A browser and a site whose `/worker.js` holds the adapter and the unmodified SDK. */
export interface EasemobSite {
  /** A page in a profile of its own, with nothing running in it. */
  open(): Promise<{ readonly page: Page; readonly context: BrowserContext }>;
  close(): Promise<void>;
}

export async function openEasemobSite(): Promise<EasemobSite> {
  const worker = await bundlePage('test/browser/easemob/worker-script.ts', { doorsFrom: 'source' });
  const files: { readonly [path: string]: PageFile } = {
    '/index.html': { type: 'html', body: '<!doctype html><title>adapter</title>' },
    '/worker.js': { type: 'js', body: worker },
  };
  const server = await startPageServer(({ pathname }) => files[pathname]);
  const browser: Browser = await launchBrowser();
  return {
    open: async () => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(server.origin);
      return { page, context };
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}
