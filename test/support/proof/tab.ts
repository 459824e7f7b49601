import type { BrowserContext, Page } from 'playwright-core';
import { vi } from 'vitest';
import type { Shown, ShownMessage } from './contract.ts';

/**
 * How long a tab may take to show what it should. Unit: ms. On a slow machine, too, and where it was away for a while and its next
 * attempt to connect is as far off.
 */
export const PATIENCE_MS = 60_000;

/** Repeats an assertion until it holds. @throws What it last threw, after `timeoutMs`. */
export function eventually(assertion: () => unknown, { timeoutMs = PATIENCE_MS } = {}): Promise<unknown> {
  return vi.waitFor(assertion, { timeout: timeoutMs, interval: 50 });
}

/** One tab of the test page. */
export interface Tab {
  readonly page: Page;
  /** What it shows now, from its live queries. */
  shown(): Promise<Shown>;
  /** What it shows of a conversation, once nothing of it is being loaded. */
  messages(key: string): Promise<readonly ShownMessage[]>;
  /** Waits until the tab says that it is connected and up to date. */
  live(): Promise<void>;
}

/** @param url Where the test page is, with the user to sign in as. */
export async function openTab(context: BrowserContext, url: string): Promise<Tab> {
  const page = await context.newPage();
  await page.goto(url);
  await page.evaluate(() => window.proof.connected);
  const shown = () => page.evaluate(() => window.proof.shown());
  return {
    page,
    shown,
    messages: async (key) => {
      let messages: readonly ShownMessage[] = [];
      await eventually(async () => {
        const timeline = await page.evaluate((wanted) => window.proof.timeline(wanted), key);
        if (timeline.isLoading) throw new Error(`the timeline of ${key} is still loading`);
        messages = timeline.messages;
      });
      return messages;
    },
    live: async () => {
      await eventually(async () => {
        const { status } = await shown();
        if (status?.type !== 'live') throw new Error(`the tab says: ${JSON.stringify(status)}`);
      });
    },
  };
}
