import { conversationKey } from '../../../src/protocol/ids.ts';
import type { Emulator } from '../../../emulator/start-emulator.ts';
import { eventually, type Tab } from '../../support/proof/tab.ts';

/** A conversation in a line, the parts that must be the same everywhere. */
type Line = readonly [key: string, unread: number, last: string | null, text: string, isPinned: boolean, marks: readonly number[]];

/** How long everything may take to come to rest: retries and the budget of rounds have their waits. Unit: ms. */
const PATIENCE_MS = 90_000;
/** Messages of a conversation that are compared. */
const NEWEST = 50;

function linesAtService(emulator: Emulator, userId: string): readonly Line[] {
  return emulator.state
    .conversations(userId)
    .filter(({ lastMessage }) => lastMessage !== undefined)
    .map(({ id, chatType, unread, lastMessage, pinnedAt, marks }): Line => {
      const numbers = marks.map((mark) => Number(mark.replace('mark_', ''))).sort((a, b) => a - b);
      const key = conversationKey({ conversationId: id, conversationType: chatType });
      return [key, unread, lastMessage?.id ?? null, lastMessage?.text ?? '', pinnedAt > 0, numbers];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function linesOf(tab: Tab): Promise<readonly Line[]> {
  return tab.page.evaluate(() => {
    const rows = window.proof.chat().conversations().value?.rows ?? [];
    return rows
      .filter(({ lastMessage }) => lastMessage !== null)
      .map(({ conversationId, conversationType, unReadCount, lastMessage, isPinned, marks }): Line => {
        const text = typeof lastMessage?.['msg'] === 'string' ? lastMessage['msg'] : '';
        return [`${conversationType}:${conversationId}`, unReadCount, lastMessage?.id ?? null, text, isPinned, marks];
      })
      .sort(([a], [b]) => (a < b ? -1 : 1));
  });
}

/** What landed between a clear made here and its acknowledgement is unread here and swept at the service (UR5). */
function withSwept(line: Line, shown: readonly Line[], cleared: ReadonlySet<string>): Line {
  const [key, unread, ...rest] = line;
  const here = shown.find(([other]) => other === key)?.[1] ?? 0;
  return cleared.has(key) ? [key, Math.max(unread, here), ...rest] : line;
}

/**
 * Waits until every tab shows what the service has: list, counts, their total, and the newest messages of the
 * conversations, each once.
 *
 * @throws An error that says what differs, when that takes too long.
 */
export async function expectService(
  tabs: readonly Tab[],
  emulator: Emulator,
  options: { readonly userId: string; readonly keys: readonly string[]; readonly cleared: ReadonlySet<string> },
): Promise<void> {
  const { userId, keys, cleared } = options;
  await eventually(
    async () => {
      const listed = linesAtService(emulator, userId);
      const first = tabs[0] === undefined ? [] : await linesOf(tabs[0]);
      const lines = listed.map((line): Line => withSwept(line, first, cleared));
      const total = lines.reduce((sum, [, unread]) => sum + unread, 0);
      for (const [index, tab] of tabs.entries()) {
        const [shown, wanted] = [JSON.stringify(await linesOf(tab)), JSON.stringify(lines)];
        if (shown !== wanted) throw new Error(`[SY4] [UR1] tab ${index}\n  is        ${shown}\n  should be ${wanted}`);
        const { unread } = await tab.shown();
        if (unread !== total) throw new Error(`[UR2] tab ${index} counts ${unread} of ${total}`);
        for (const key of keys) await checkTimeline(tab, emulator, { userId, key, index });
      }
    },
    { timeoutMs: PATIENCE_MS },
  );
}

async function checkTimeline(tab: Tab, emulator: Emulator, of: { readonly userId: string; readonly key: string; readonly index: number }): Promise<void> {
  const [chatType, id] = of.key.split(/:(.*)/s) as ['singleChat' | 'groupChat', string];
  const history = emulator.state.history(of.userId, { id, chatType });
  const wanted = history.slice(-NEWEST).map((message) => `${message.id.slice(-6)} ${message.text}`);
  const { messages } = await tab.page.evaluate((key) => window.proof.timeline(key), of.key);
  const accepted = messages.filter(({ state }) => !['queued', 'sending', 'unknown', 'failed'].includes(state));
  const shown = accepted.map((message) => `${message.id.slice(-6)} ${message.text}`);
  if (new Set(shown).size !== shown.length) throw new Error(`[HB2] tab ${of.index} shows messages of ${of.key} twice`);
  const differing = [...shown.slice(-wanted.length).filter((text) => !wanted.includes(text)).map((text) => `+${text}`), ...wanted.filter((text) => !shown.includes(text)).map((text) => `-${text}`)];
  if (differing.length > 0) throw new Error(`[HB5] tab ${of.index} and the service's newest ${wanted.length} of ${of.key}: ${differing.join(', ')}`);
}
