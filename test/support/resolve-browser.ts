import { resolveBrowser } from '../../scripts/browser.mjs';

/** Global setup of the browser projects: a run without a browser fails here, before the first test, and says why. */
export default function setup(): void {
  process.env['CHROMIUM_PATH'] = resolveBrowser();
}
