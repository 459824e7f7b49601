/**
 * Proves, by compiling, what the public face takes, gives and refuses: nothing here is ever run.
 */
import type { EventHandlerType } from 'easemob-websdk/types/eventHandler';
import type { BackfillState, Chat, ClientEnvironment, EventHandlers, HistoryState, JumpTarget, LiveQuery, PageSignal, TimelineItem } from 'moorage';

declare const chat: Chat;
const bob = { conversationId: 'bob', conversationType: 'singleChat' } as const;

// Handlers written for the SDK are taken as they are.
declare const sdkHandlers: Pick<EventHandlerType, 'onCmdMessage'>;
export const handlers: EventHandlers = sdkHandlers;

export const history: LiveQuery<HistoryState> = chat.history(bob);
export const backfill: LiveQuery<BackfillState> = chat.backfill;
export const totals: readonly LiveQuery<number>[] = [chat.unread, chat.unmutedUnread, chat.mentions];
export const targets: readonly JumpTarget[] = [null, { time: 1 }, { messageId: '1' }];

/** @returns What an item says, whatever it is: nothing is left out. */
export function describe(item: TimelineItem): string {
  switch (item.type) {
    case 'message':
      return `${item.state.type} ${item.message.receipt ?? ''} ${item.message.reactions?.[0]?.count ?? 0} ${item.message.pin?.by ?? ''}`;
    case 'hole':
      return item.isLoading ? 'loading' : (item.error?.code ?? 'missing');
  }
}

export async function allowed(): Promise<void> {
  const timeline = chat.timeline(bob);
  const older: boolean = (await timeline.loadOlder()).hasOlder;
  const newer: boolean = (await timeline.loadNewer()).hasNewer;
  const added: number = (await timeline.fill('hole:1:2')).added;
  await timeline.jumpTo({ time: Date.now() });
  timeline.subscribe(({ state }) => [state.hasNewer, state.hasOlder, older, newer, added]);
  await chat.backfill.pause();
  await chat.backfill.resume();
  await chat.markUnread(bob);
  chat.present(bob);
  chat.present(null);
  chat.addEventHandler('a', { onCmdMessage: ({ action }) => action.toUpperCase(), onAnythingElse: (data: { n: number }) => void data.n });
  chat.removeEventHandler('a');
}

/** An environment need not speak of focus. */
export const watchPage: ClientEnvironment['watchPage'] = (listener) => {
  const signals: readonly PageSignal[] = ['visible', 'focused'];
  signals.forEach(listener);
  return () => undefined;
};

export function refused(): void {
  // @ts-expect-error: nothing is shown by null, not by nothing
  chat.present();
  // @ts-expect-error: rooms keep no conversation
  chat.present({ conversationId: 'r', conversationType: 'chatRoom' });
  // @ts-expect-error: a message or a time
  void chat.timeline(bob).jumpTo({ page: 3 });
  // @ts-expect-error: a hole is named by its key
  void chat.timeline(bob).fill({ key: 'hole:1:2' });
  // @ts-expect-error: a handler is a function
  chat.addEventHandler('a', { onCmdMessage: 'typing' });
  // @ts-expect-error: a timeline is moved by its methods
  chat.timeline(bob).value = undefined;
}
