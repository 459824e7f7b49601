import { afterAll, beforeAll } from 'vitest';
import { describeChatService } from '../../contract/service/chat-service-contract.ts';
import { describeMessageCommands } from '../../contract/service/message-commands-contract.ts';
import type { OpenServiceBed } from '../../contract/service/service-bed.ts';
import { openEasemobSite, type EasemobSite } from './easemob-site.ts';
import { openEmulatorBed } from './emulator-bed.ts';
import { createRemoteService } from './remote-service.ts';

let site: EasemobSite;

beforeAll(async () => {
  site = await openEasemobSite();
});
afterAll(() => site.close());

const name = 'the unmodified SDK in a SharedWorker, on the emulator';

const openBed: OpenServiceBed = () =>
  openEmulatorBed(async (account, options) => {
    const { page, context } = await site.open();
    return { service: await createRemoteService(page, account, options), close: () => context.close() };
  });

describeChatService(name, openBed);
describeMessageCommands(name, openBed);
