import type { Chat, Timeline } from '../client/chat.ts';
import { connect } from '../client/connect.ts';
import type { ClientEnvironment, PageSignal } from '../client/environment.ts';
import { conversationKey, type ConversationKey, type ConversationRef } from '../protocol/ids.ts';
import type { Account } from '../protocol/model.ts';
import type { FakeProcess } from './fake-process.ts';

/** A tab of a test world: the real client on a page of its own. */
export interface TestTab {
  readonly chat: Chat;
  /** The page and all that is on it. */
  readonly process: FakeProcess;
  /** Tells the client what happens to its page. */
  signal(signal: PageSignal): void;
  /**
   * The page is frozen, as browsers do to pages in the background: it hears nothing, its timers wait, its locks stay held.
   * Browsers say `hidden` and `pause` first and `resume` afterwards; a machine that falls asleep says nothing.
   *
   * @returns Thaws it; resolves when it has caught up.
   */
  freeze(): () => Promise<void>;
  /** The page is gone without a word: its locks are freed, its ports stay silent. Its calls never settle: nobody is left to hear. */
  crash(): void;
}

/** A tab, and what the world must know of it. */
export type OpenTab = {
  readonly tab: TestTab;
  /** The timelines the application has asked for; those that nobody subscribes to have no value. */
  readonly timelines: ReadonlyMap<ConversationKey, Timeline>;
};

/** Connects a page to the world's worker. */
export async function openTestTab(options: {
  readonly account: Account;
  readonly process: FakeProcess;
  readonly token: () => string | Promise<string>;
  readonly uniqueId: () => string;
  readonly connectPort: () => MessagePort;
  readonly reportError: (error: unknown) => void;
  /** Called when the tab is closed or has crashed. */
  readonly onGone: () => void;
}): Promise<OpenTab> {
  const { account, process, token, uniqueId, reportError } = options;
  const listeners = new Set<(signal: PageSignal) => void>();
  const timelines = new Map<ConversationKey, Timeline>();
  const environment: ClientEnvironment = {
    setTimer: process.setTimer,
    random: () => 0.5,
    uniqueId,
    locks: process.locks,
    watchPage(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    reportError,
  };
  const chat = await connect({ account, token, environment, worker: options.connectPort });
  process.onKilled(options.onGone);
  const timeline = (ref: ConversationRef): Timeline => {
    const opened = chat.timeline(ref);
    timelines.set(conversationKey(ref), opened);
    return opened;
  };
  const close = (): void => {
    chat.close();
    options.onGone();
  };
  const tab: TestTab = {
    chat: { ...chat, timeline, close },
    process,
    signal: (signal) => process.run(() => listeners.forEach((listener) => listener(signal))),
    freeze: process.freeze,
    crash: process.kill,
  };
  return { tab, timelines };
}
