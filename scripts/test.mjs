/**
 * `npm test`: everything, counted. Every step runs even if one before it failed, so that the count is the truth; the
 * last line is `N passed, N failed`, and the exit code is 0 only if nothing failed.
 *
 * One test counts as one; so does each step that is not a test runner (a compiler setting, lint, the build, a budget).
 * A skipped test counts as failed: nothing is left out in silence.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { resolveBrowser } from './browser.mjs';
import { build } from './build.mjs';
import { packProject, packageSteps } from './package-checks.mjs';
import { measureSizes } from './size.mjs';
import { compilerSteps, lintStep } from './static-checks.mjs';
import { programOf, report, root, runStep } from './steps.mjs';

const results = path.join(root, '.build', 'results');
const total = { passed: 0, failed: 0 };

/** @param {import('./steps.mjs').Outcome} outcome */
function countStep(outcome) {
  report(outcome);
  total[outcome.ok ? 'passed' : 'failed'] += 1;
}

/**
 * @param {string} name
 * @param {() => unknown} action
 * @returns {Promise<boolean>} Whether it went well.
 */
async function runAction(name, action) {
  const startedMs = performance.now();
  let output = '';
  try {
    await action();
  } catch (error) {
    output = error instanceof Error ? error.message : String(error);
  }
  const ok = output === '';
  countStep({ name, ok, output, seconds: (performance.now() - startedMs) / 1000 });
  return ok;
}

/**
 * Runs one project of the test runner and counts its tests.
 *
 * @param {string} project
 */
async function runTests(project) {
  console.log(`\n${project} tests`);
  const file = path.join(results, `${project}.json`);
  const { ok } = await runStep(
    {
      name: project,
      command: programOf('vitest'),
      args: ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    },
    { live: true },
  );
  if (!existsSync(file)) {
    console.log(`FAIL  ${project} tests: the runner ended without a result`);
    total.failed += 1;
    return;
  }
  const { numTotalTests, numPassedTests } = JSON.parse(readFileSync(file, 'utf8'));
  const failed = numTotalTests - numPassedTests;
  total.passed += numPassedTests;
  // A file that could not be loaded, or an error between tests, fails the run without failing a test.
  total.failed += failed === 0 && !ok ? 1 : failed;
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

await runAction('Chromium is here', () => {
  process.env.CHROMIUM_PATH = resolveBrowser();
  console.log(`      ${process.env.CHROMIUM_PATH}`);
});
await runAction('Firefox is here', () => {
  process.env.FIREFOX_PATH = resolveBrowser('firefox');
  console.log(`      ${process.env.FIREFOX_PATH}`);
});
await runAction('build', build);

await Promise.all([
  runStep(lintStep).then(countStep),
  (async () => {
    for (const step of compilerSteps) countStep(await runStep(step));
  })(),
]);

let tarball = '';
if (await runAction('npm pack', () => (tarball = packProject()))) {
  for (const step of packageSteps(tarball)) countStep(await runStep(step));
}
for (const { line, ok } of await measureSizes()) countStep({ name: `size: ${line}`, ok, seconds: 0, output: '' });

for (const project of ['unit', 'contract', 'fuzz', 'emulator', 'browser', 'firefox']) await runTests(project);

console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
