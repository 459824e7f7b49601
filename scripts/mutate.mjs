/**
 * `npm run test:mutate`: breaks each rule in the code, in turn, and demands that a test which quotes the rule fails.
 *
 * - Works in a copy of the project; the working tree is only read.
 * - A replacement that does not fit its file exactly once, tests that fail without it, and a mutation that keeps the code
 *   from loading are errors, not proofs.
 * - `npm run test:mutate -- SY HB2`: only rules that begin with one of these.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mutations as all } from '../test/mutations/index.mjs';
import { programOf, root, runStep } from './steps.mjs';

/** @typedef {'killed' | 'survived' | 'stale' | 'broken'} Verdict */
/** @typedef {import('../test/mutations/index.mjs').Mutation} Mutation */

/** A thousand walks take minutes, and each mutation of the outbox would walk them: what one breaks, the first few find. */
process.env['MOORAGE_WALKS'] ??= '40';

const wanted = process.argv.slice(2);
const mutations = all.filter(({ rule }) => wanted.length === 0 || wanted.some((start) => rule.startsWith(start)));
const copy = mkdtempSync(path.join(tmpdir(), 'moorage-mutants-'));
const left = new Set(['node_modules', '.git', '.build', 'dist']);
for (const name of readdirSync(root).filter((entry) => !left.has(entry))) cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));

/**
 * @param {string} rule
 * @returns {readonly string[]} Test files that quote the rule, or stand beside a suite that does, and need no browser.
 */
function filesQuoting(rule) {
  const files = ['unit', 'contract'].flatMap((kind) =>
    readdirSync(path.join(copy, 'test', kind), { recursive: true, encoding: 'utf8' }).map((file) => path.join('test', kind, file)),
  );
  const quoting = files.filter((file) => file.endsWith('.ts') && readFileSync(path.join(copy, file), 'utf8').includes(`[${rule}]`));
  const suites = new Set(quoting.filter((file) => !file.endsWith('.test.ts')).map((file) => path.dirname(file)));
  return files.filter((file) => file.endsWith('.test.ts') && (quoting.includes(file) || suites.has(path.dirname(file))));
}

/**
 * Runs the tests that quote a rule, up to the first that fails.
 *
 * @param {string} rule
 * @returns {Promise<{ passed: number, failed: number, output: string }>}
 */
async function runTests(rule) {
  const tests = filesQuoting(rule);
  if (tests.length === 0) return { passed: 0, failed: 0, output: 'no test quotes the rule' };
  const file = path.join(copy, 'result.json');
  rmSync(file, { force: true });
  const args = ['run', '--root', copy, '--bail', '1', '-t', `\\[${rule}\\]`, '--reporter=json', `--outputFile=${file}`, ...tests];
  const { output } = await runStep({ name: rule, command: programOf('vitest'), args });
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(file, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests, output };
  } catch {
    return { passed: 0, failed: 0, output };
  }
}

/**
 * @param {Mutation} mutation
 * @returns {Promise<{ verdict: Verdict, why: string }>}
 */
async function judge(mutation) {
  const file = path.join(copy, mutation.file);
  const source = readFileSync(file, 'utf8');
  const places = source.split(mutation.from).length - 1;
  if (places !== 1) return { verdict: 'stale', why: `its text is ${places} times in ${mutation.file}` };
  writeFileSync(file, source.replace(mutation.from, () => mutation.to));
  try {
    const { passed, failed, output } = await runTests(mutation.rule);
    if (failed > 0) return { verdict: 'killed', why: '' };
    return passed > 0 ? { verdict: 'survived', why: '' } : { verdict: 'broken', why: output.slice(-800) };
  } finally {
    writeFileSync(file, source);
  }
}

/**
 * Tests that fail by themselves prove nothing.
 *
 * @returns {Promise<ReadonlyMap<string, string>>} What is wrong, by rule.
 */
async function checkTests() {
  const wrong = new Map();
  for (const rule of new Set(mutations.map((mutation) => mutation.rule))) {
    const { passed, failed, output } = await runTests(rule);
    if (failed > 0) wrong.set(rule, 'its tests fail without it');
    else if (passed === 0) wrong.set(rule, output.slice(-400));
  }
  return wrong;
}

/** @returns {readonly string[]} Rules of the specification that are promised, wholly or in part. */
function promisedRules() {
  const spec = readFileSync(path.join(root, 'docs', 'SPEC.md'), 'utf8');
  return [...spec.matchAll(/^\| ([A-Z]{2}\d+) \| (?:kept|partly) \|/gm)].map(([, id = '']) => id);
}

const counts = { killed: 0, survived: 0, stale: 0, broken: 0 };
try {
  const wrong = await checkTests();
  for (const mutation of mutations) {
    const unfit = wrong.get(mutation.rule);
    const { verdict, why } = unfit === undefined ? await judge(mutation) : { verdict: /** @type {Verdict} */ ('broken'), why: unfit };
    counts[verdict] += 1;
    console.log(`${mutation.rule.padEnd(4)} ${verdict.padEnd(8)} ${mutation.what}${why === '' ? '' : `: ${why}`}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
const without = promisedRules().filter((rule) => all.every((mutation) => mutation.rule !== rule));
if (wanted.length === 0 && without.length > 0) console.log(`no mutation of ${without.join(', ')}`);
console.log(`${mutations.length} mutations: ${Object.entries(counts).map(([verdict, count]) => `${count} ${verdict}`).join(', ')}`);
process.exitCode = counts.killed === mutations.length ? 0 : 1;
