import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { doors } from './scripts/doors.mjs';

/** The package's doors lead to the sources here, so that a test imports what a user imports and needs no build. */
const alias = doors.map(({ specifier, entry }) => ({
  find: new RegExp(`^${specifier}$`),
  replacement: fileURLToPath(new URL(entry, import.meta.url)),
}));

/**
 * Nothing in these takes long, and a machine may be twenty times slower than this one: a limit is for what never ends, and no
 * part of what is proven.
 */
const patient = { testTimeout: 120_000, hookTimeout: 60_000, teardownTimeout: 30_000 } as const;

/** What runs in Firefox too, without a copy: nothing here needs Chromium's DevTools, directly or by what it imports. */
const alsoInFirefox = [
  'test/browser/proof/[1-6]-*.test.ts',
  'test/browser/storage/storage-contract.test.ts',
  'test/browser/outbox/{order,commands}.test.ts',
  'test/browser/readme/*.test.ts',
  'test/browser/sdk-face/{events,sdk-call}.test.ts',
];

/** Two cores share a browser, its pages and its workers: one file at a time, and time enough for a slow machine (Vitest polls for a second). */
const oneBrowserAtATime = {
  environment: 'node',
  maxWorkers: 1,
  fileParallelism: false,
  testTimeout: 180_000,
  hookTimeout: 180_000,
  teardownTimeout: 30_000,
  expect: { poll: { timeout: 20_000 } },
} as const;

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        extends: true,
        test: {
          ...patient,
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          environment: 'node',
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          ...patient,
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          environment: 'node',
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...patient,
          // Seeded walks over worlds in one process: `npm run test:fuzz` walks further.
          name: 'fuzz',
          include: ['test/fuzz/**/*.test.ts'],
          environment: 'node',
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          ...oneBrowserAtATime,
          // The emulator measured by the unmodified SDK: needs a browser, and nothing that we build.
          name: 'emulator',
          globalSetup: ['test/support/resolve-browser.ts'],
          include: ['test/browser/emulator/**/*.test.ts'],
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          ...oneBrowserAtATime,
          name: 'browser',
          include: ['test/browser/**/*.test.ts', 'test/bundlers/*.test.ts'],
          exclude: ['test/browser/emulator/**'],
          globalSetup: ['test/support/resolve-browser.ts', 'test/support/build-once.ts'],
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          ...oneBrowserAtATime,
          // The same tests once more, in the second engine.
          name: 'firefox',
          include: alsoInFirefox,
          env: { TEST_ENGINE: 'firefox' },
          globalSetup: ['test/support/resolve-firefox.ts', 'test/support/build-once.ts'],
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
