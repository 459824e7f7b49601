import { parseArgs } from 'node:util';
import { startEmulator } from './start-emulator.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    conversations: { type: 'string', default: '40' },
    messages: { type: 'string', default: '60' },
    unread: { type: 'string' },
    accounts: { type: 'string', default: 'alice,bob,carol' },
    owner: { type: 'string' },
    'app-key': { type: 'string' },
    'random-seed': { type: 'string' },
    readable: { type: 'boolean', default: false },
    stories: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(
    'emulator [--port 0] [--conversations 40] [--messages 60] [--unread N] [--accounts alice,bob,carol]\n' +
      '         [--owner alice] [--app-key org#app] [--random-seed 1] [--readable] [--stories]',
  );
} else {
  const emulator = await startEmulator({
    port: Number(values.port),
    seed: {
      accounts: values.accounts.split(',').filter(Boolean),
      conversations: Number(values.conversations),
      messagesPerConversation: Number(values.messages),
      readable: values.readable,
      stories: values.stories,
      ...(values.unread === undefined ? {} : { unreadPerConversation: Number(values.unread) }),
      ...(values.owner === undefined ? {} : { owner: values.owner }),
      ...(values['app-key'] === undefined ? {} : { appKey: values['app-key'] }),
      ...(values['random-seed'] === undefined ? {} : { randomSeed: Number(values['random-seed']) }),
    },
  });
  console.log(`apiUrl     ${emulator.apiUrl}`);
  console.log(`socketUrl  ${emulator.socketUrl}`);
  console.log(`appKey     ${emulator.appKey}`);
  console.log(`control    ${emulator.apiUrl}/emulator`);
  console.log(`accounts   ${values.accounts} (password: secret)`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void emulator.close().then(() => process.exit(0)));
  }
}
