/** What tests of an application import: `moorage/testing`. */
export { createFakeClock, nextTurn, type FakeClock } from './fake-clock.ts';
export { createFakeDisk, type DiskRecord, type FakeDisk } from './fake-disk.ts';
export { createFakeLocks, type FakeLocks } from './fake-locks.ts';
export type { FakeFaults, Fault, LoggedCall, ServiceCall } from './fake-faults.ts';
export type { Mailbox } from './fake-mailbox.ts';
export type { FakeConnection, FakeServer, WrittenMessage } from './fake-server.ts';
export { createFakeService, type FakeService } from './fake-service.ts';
export { createFakeProcess, type FakeProcess } from './fake-process.ts';
export type { TestTab } from './test-tab.ts';
export { createTestWorld, type TestWorld, type WorldCost } from './test-world.ts';
export type { PageSignal } from '../client/environment.ts';
export type { ServiceNotice } from '../protocol/model.ts';
