/** What is checked without running our code: types under each compiler setting, and lint. */
import { programOf } from './steps.mjs';

const settings = ['tsconfig.json', 'tsconfig.worker.json', 'tsconfig.node.json'];

/** @type {readonly import('./steps.mjs').Step[]} */
export const compilerSteps = settings.map((project) => ({
  name: `types (${project})`,
  command: programOf('typescript', 'tsc'),
  args: ['-p', project],
}));

/** @type {import('./steps.mjs').Step} */
export const lintStep = { name: 'lint', command: programOf('eslint'), args: ['.', '--max-warnings', '0'] };
