import { buildIfStale } from '../../scripts/build.mjs';

/** Global setup of the browser project: its pages load `dist/` and the built demo, so these must be today's. */
export default function setup(): Promise<void> {
  return buildIfStale();
}
