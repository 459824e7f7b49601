import { resolveBrowser } from '../../scripts/browser.mjs';

/** Global setup of the project `firefox`: a run without one fails here, before the first test, and says why. */
export default function setup(): void {
  process.env['FIREFOX_PATH'] = resolveBrowser('firefox');
}
