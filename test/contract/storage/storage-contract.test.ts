import { expect, test } from 'vitest';
import { nodeEnvironment } from '../../support/node-environment.ts';
import { storageContract } from './storage-contract.ts';

storageContract({
  test,
  equal: (actual, expected) => expect(actual).toEqual(expected),
  environment: nodeEnvironment(),
});
