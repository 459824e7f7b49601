import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findBrowser } from '../../../scripts/browser.mjs';

let dir: string;

const program = (name: string): string => {
  const file = path.join(dir, name);
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  return file;
};

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'browsers-'));
  vi.stubEnv('PATH', dir);
  vi.stubEnv('CHROMIUM_PATH', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

test('CHROMIUM_PATH goes before what the system has', () => {
  program('chromium');
  const chosen = program('my-browser');
  vi.stubEnv('CHROMIUM_PATH', chosen);
  expect(findBrowser()).toBe(chosen);
});

test('a CHROMIUM_PATH that leads nowhere is an error, even where another browser is', () => {
  program('chromium');
  vi.stubEnv('CHROMIUM_PATH', path.join(dir, 'missing'));
  expect(() => findBrowser()).toThrow(/CHROMIUM_PATH is set to .*missing, which is not an executable file/);
});

test("the system's browser is found by its names, chromium first", () => {
  const chrome = program('google-chrome');
  expect(findBrowser()).toBe(chrome);
  const chromium = program('chromium');
  expect(findBrowser()).toBe(chromium);
});

test('a file that cannot be run is no browser', () => {
  writeFileSync(path.join(dir, 'chromium'), '');
  const chrome = program('google-chrome');
  expect(findBrowser()).toBe(chrome);
});
