import type { Emulator } from '../../../emulator/start-emulator.ts';
import type { ShownRow } from './contract.ts';
import { eventually, type Tab } from './tab.ts';

/** The list as the service has it, in the words of {@link ShownRow}. */
export function rowsAtService(emulator: Emulator, userId: string): readonly ShownRow[] {
  return emulator.state.conversations(userId).map(({ chatType, id, unread, lastMessage }) => ({
    key: `${chatType}:${id}`,
    unread,
    text: lastMessage?.text ?? '',
  }));
}

/** Waits until every tab shows the service's list, in its order, with its unread counts, and their total. */
export async function expectServiceList(tabs: readonly Tab[], emulator: Emulator, userId: string): Promise<void> {
  await eventually(async () => {
    const rows = rowsAtService(emulator, userId);
    const total = emulator.state.totalUnread(userId);
    for (const [index, tab] of tabs.entries()) {
      const shown = await tab.shown();
      const wrong = rows.findIndex((row, place) => JSON.stringify(row) !== JSON.stringify(shown.rows[place]));
      if (wrong >= 0 || shown.rows.length !== rows.length || shown.unread !== total) {
        throw new Error(
          `tab ${index} shows ${shown.rows.length} of ${rows.length} rows, unread ${shown.unread} of ${total}; ` +
            `row ${wrong}: ${JSON.stringify(shown.rows[wrong])} for ${JSON.stringify(rows[wrong])}`,
        );
      }
    }
  });
}

/** Waits until every tab shows this unread count of a conversation. */
export async function expectUnread(tabs: readonly Tab[], key: string, unread: number): Promise<void> {
  await eventually(async () => {
    for (const [index, tab] of tabs.entries()) {
      const row = (await tab.shown()).rows.find((candidate) => candidate.key === key);
      if (row?.unread !== unread) throw new Error(`tab ${index} shows ${row?.unread} unread of ${key} for ${unread}`);
    }
  });
}

/** Waits until every tab's timeline of a conversation is what the service has, each message once. */
export async function expectServiceMessages(
  tabs: readonly Tab[],
  emulator: Emulator,
  options: { readonly userId: string; readonly key: string; readonly newest: number },
): Promise<void> {
  const { userId, key, newest } = options;
  const [chatType, id] = key.split(/:(.*)/s) as ['singleChat' | 'groupChat', string];
  await eventually(async () => {
    const wanted = emulator.state.history(userId, { id, chatType }).slice(-newest).map((message) => message.id);
    for (const [index, tab] of tabs.entries()) {
      const ids = (await tab.messages(key)).map((message) => message.id);
      if (JSON.stringify(ids.slice(-newest)) !== JSON.stringify(wanted) || new Set(ids).size !== ids.length) {
        throw new Error(`tab ${index} shows ${ids.length} messages of ${key}, not the service's newest ${wanted.length}`);
      }
    }
  });
}
