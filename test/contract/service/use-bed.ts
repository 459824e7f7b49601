import { afterEach, beforeEach } from 'vitest';
import type { ServiceEvent } from '../../../src/worker/service/chat-service.ts';
import type { OpenServiceBed, ServiceBed } from './service-bed.ts';

/**
 * Gives each test of a suite a bed of its own, and closes it afterwards.
 *
 * @returns The bed of the test that runs, all that its service has told so far, and how it is connected.
 */
export function useBed(openBed: OpenServiceBed): {
  readonly bed: Pick<ServiceBed, 'service' | 'backend' | 'timeoutMs' | 'token'>;
  readonly events: ServiceEvent[];
  connect(): Promise<void>;
} {
  let opened: ServiceBed | undefined;
  const events: ServiceEvent[] = [];
  const current = (): ServiceBed => {
    if (opened === undefined) throw new Error('no test runs');
    return opened;
  };

  beforeEach(async () => {
    opened = await openBed();
    events.length = 0;
    opened.service.subscribe((event) => events.push(event));
  });
  afterEach(() => current().close());

  const bed = {
    get service() {
      return current().service;
    },
    get backend() {
      return current().backend;
    },
    get timeoutMs() {
      return current().timeoutMs;
    },
    token: () => current().token(),
  };
  return { bed, events, connect: () => bed.service.connect({ token: bed.token(), deviceId: 'device-1' }) };
}
