/** Serves the built demo and a local Easemob with seeded accounts on one address. `npm start` runs it. */
import { parseArgs } from 'node:util';
import { startDemo } from './start-demo.ts';

/** Where the demo is served when nobody says otherwise: the same each time, so that what a browser stored is found again. */
const DEFAULT_PORT = 5180;

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    conversations: { type: 'string', default: '40' },
    messages: { type: 'string', default: '80' },
  },
});

const conversations = Number(values.conversations);
const messagesPerConversation = Number(values.messages);

/**
 * One seed a day: started again on the same day, the emulator has the same messages under the same ids, and a browser
 * goes on with what it stored. On another day the application's key is another, so that two seeds never mix in a list.
 */
const midnight = new Date();
midnight.setHours(0, 0, 0, 0);
const day = [midnight.getFullYear(), midnight.getMonth() + 1, midnight.getDate()].join('-');

const demo = await startDemo({
  ...(values.port === undefined ? { port: DEFAULT_PORT, fallbackPort: 0 } : { port: Number(values.port) }),
  emulator: {
    seed: {
      appKey: `moorage#demo-${day}`,
      readable: true,
      conversations,
      messagesPerConversation,
      // About three minutes from one message to the next, the last one before midnight.
      startTime: midnight.getTime() - (conversations * messagesPerConversation + 1) * 180_000,
    },
  },
});

console.log(`
  Moorage demo:  ${demo.url}

  1. Open the address in three tabs and sign in as Alice.
     All three show the same conversations, from one login.
  2. Let another user write, with "Make somebody write" below the list or from here:
       curl -X POST ${demo.url}emulator/write -H 'content-type: application/json' \\
         -d '{"from":"bob","to":"alice","chatType":"singleChat","text":"hello"}'
     Every tab shows it, unread 1; open the conversation in one tab and it is 0 in all.
  3. Stop this program with Ctrl+C and open the address again: the page, the list and the messages are still there.
`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void demo.close().then(() => process.exit(0)));
}
