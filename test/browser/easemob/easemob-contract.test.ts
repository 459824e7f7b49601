import { afterAll, beforeAll } from 'vitest';
import { describeChatService } from '../../contract/service/chat-service-contract.ts';
import { openEasemobSite, type EasemobSite } from './easemob-site.ts';
import { openEmulatorBed } from './emulator-bed.ts';
import { createRemoteService } from './remote-service.ts';

let site: EasemobSite;

beforeAll(async () => {
  site = await openEasemobSite();
});
afterAll(() => site.close());

describeChatService('the unmodified SDK in a SharedWorker, on the emulator', () =>
  openEmulatorBed(async (account, options) => {
    const { page, context } = await site.open();
    return { service: await createRemoteService(page, account, options), close: () => context.close() };
  }),
);
