/**
 * The doors of the package: what an app can import, and the source each one is built from.
 *
 * The one list behind the build, the test runner's aliases and the size budgets. A door is one line here, one in
 * `exports` of package.json and one in `paths` of tsconfig.base.json; a test holds the three together.
 *
 * @typedef {object} Door
 * @property {string} specifier what an app writes in its import
 * @property {string} entry source file, relative to the project's root
 * @property {string} output file name in `dist/`, without extension
 */

/** @type {readonly Door[]} */
export const doors = [
  { specifier: 'moorage', entry: 'src/client/index.ts', output: 'index' },
  { specifier: 'moorage/worker', entry: 'src/worker/index.ts', output: 'worker' },
  { specifier: 'moorage/easemob', entry: 'src/worker/service/easemob/index.ts', output: 'easemob' },
  { specifier: 'moorage/service-worker', entry: 'src/service-worker/page.ts', output: 'service-worker' },
  {
    specifier: 'moorage/service-worker/worker',
    entry: 'src/service-worker/worker.ts',
    output: 'service-worker-worker',
  },
  { specifier: 'moorage/local-cache', entry: 'src/local-cache/index.ts', output: 'local-cache' },
  { specifier: 'moorage/local-cache/worker', entry: 'src/local-cache/worker.ts', output: 'local-cache-worker' },
  { specifier: 'moorage/react', entry: 'src/react/index.ts', output: 'react' },
  { specifier: 'moorage/vue', entry: 'src/vue/index.ts', output: 'vue' },
  { specifier: 'moorage/testing', entry: 'src/testing/index.ts', output: 'testing' },
];
