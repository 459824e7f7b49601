import type { ConversationRef, TimelineItem } from 'moorage';
import type { Context } from './context.ts';
import { h, placeChildren, setText } from './dom.ts';
import { daysBetween } from './i18n/formats.ts';
import { icon } from './icons.ts';
import { createMessageRow, type MessageRow } from './message-row.ts';
import { messageText } from './message-text.ts';
import { newMessages } from './new-messages.ts';
import { createScrollKeeper } from './scroll-keeper.ts';
import { createCleanup, oncePerFrame, type View } from './view.ts';

/** How near to the oldest message the reader comes before older ones are loaded. Unit: px; about a screen. */
const LOAD_OLDER_PX = 600;

/** Messages of one person closer than this stand together. Unit: ms. */
const FOLLOWING_MS = 5 * 60_000;

type Timeline = ReturnType<Context['chat']['timeline']>;
type TimelineValue = NonNullable<Timeline['value']>;

/**
 * The messages of one conversation, oldest first.
 *
 * - Older ones are loaded when the reader comes near the top; what is being read stays where it is.
 * - At the bottom it follows what arrives; elsewhere a button says how much is new, and goes there.
 * - What arrives is announced to screen readers; what is loaded from the past is not.
 */
export function createMessageList(context: Context, ref: ConversationRef): View {
  const { chat, account, people, language, announcer } = context;
  const { words, formats } = language;
  const cleanup = createCleanup();
  const { signal } = cleanup;
  const timeline = chat.timeline(ref);
  const rows = new Map<string, MessageRow>();
  const others = new Map<string, HTMLLIElement>();
  let value: TimelineValue | undefined;
  let newBelow = 0;

  const top = h('p', { class: 'note' }, words.pane.loading);
  const loadAgain = h('button', { type: 'button', class: 'link', hidden: true }, words.signIn.tryAgain);
  const list = h('ol', { class: 'messages', role: 'list' });
  const column = h('div', { class: 'messages-column' }, h('div', { class: 'messages-top' }, top, loadAgain), list);
  const name = people.name(ref.conversationId);
  const scroller = h('div', { class: 'messages-scroller', role: 'region', tabindex: 0, 'aria-label': words.pane.with(name) }, column);
  const jumpText = h('span');
  const jump = h('button', { type: 'button', class: 'jump', hidden: true }, jumpText);
  jump.append(icon('down'));
  const element = h('div', { class: 'messages-pane' }, scroller, jump);
  const keeper = createScrollKeeper(scroller, list);

  function loadOlder(): void {
    // The timeline's state says what became of it.
    void timeline.loadOlder().catch(() => undefined);
  }

  function loadOlderIfNear(): void {
    if (value === undefined || !value.state.hasOlder || value.state.isLoading || value.state.error !== null) return;
    if (scroller.scrollTop < LOAD_OLDER_PX) loadOlder();
  }

  /** An item that is no message is kept by key as well, so that it is not made anew at each change. */
  function other(key: string, make: () => HTMLLIElement): HTMLLIElement {
    const element = others.get(key) ?? make();
    others.set(key, element);
    return element;
  }

  const holeRow = (key: string) =>
    other(key, () => {
      const fill = h('button', { type: 'button', class: 'link' }, words.pane.fillHole);
      fill.addEventListener('click', loadOlder);
      return h('li', { class: 'hole' }, words.pane.hole, ' ', fill);
    });

  function elementsOf(items: readonly TimelineItem[]): HTMLLIElement[] {
    const nowMs = Date.now();
    const elements: HTMLLIElement[] = [];
    const kept = new Set<string>();
    let above: Extract<TimelineItem, { type: 'message' }> | undefined;
    for (const item of items) {
      kept.add(item.key);
      if (item.type === 'hole') {
        elements.push(holeRow(item.key));
        above = undefined;
        continue;
      }
      const { message } = item;
      const isNewDay = above === undefined || daysBetween(above.message.time, message.time) !== 0;
      if (isNewDay) {
        const key = `day:${daysBetween(message.time, 0)}`;
        if (!kept.has(key)) {
          kept.add(key);
          const dayRow = other(key, () => h('li', { class: 'day' }));
          setText(dayRow, formats.day(message.time, nowMs));
          elements.push(dayRow);
        }
      }
      const row = rows.get(item.key) ?? createMessageRow(context, item, { showsAuthors: ref.conversationType === 'groupChat' });
      rows.set(item.key, row);
      const isFollowing =
        !isNewDay && above?.message.from === message.from && message.time - above.message.time < FOLLOWING_MS;
      row.show(item, { isFollowing });
      elements.push(row.element);
      above = item;
    }
    for (const kind of [rows, others]) for (const key of kind.keys()) if (!kept.has(key)) kind.delete(key);
    return elements;
  }

  function showTop({ items, state }: TimelineValue): void {
    const isEmpty = items.length === 0;
    const text = state.error !== null
      ? words.pane.olderFailed
      : state.isLoading || state.hasOlder
        ? (isEmpty ? words.pane.loading : words.pane.loadingOlder)
        : (isEmpty ? words.pane.empty : words.pane.beginning);
    setText(top, text);
    loadAgain.hidden = state.error === null;
  }

  function showJump(): void {
    const isAtBottom = keeper.isAtBottom();
    if (isAtBottom) newBelow = 0;
    if (isAtBottom && document.activeElement === jump) scroller.focus({ preventScroll: true });
    jump.hidden = isAtBottom;
    setText(jumpText, newBelow > 0 ? words.pane.newBelow(newBelow) : words.pane.latest);
  }

  let rendered: TimelineValue | undefined;
  function render(): void {
    if (signal.aborted || value === undefined || value === rendered) return;
    const before = rendered?.items;
    const last = value.items.at(-1);
    const isOwnNew = before !== undefined && last?.type === 'message' && last.message.from === account.userId && last.key !== before.at(-1)?.key;
    const arrived = before === undefined ? [] : newMessages(before, value.items, account.userId);
    rendered = value;
    const keep = keeper.hold({ follow: before === undefined || isOwnNew });
    placeChildren(list, elementsOf(value.items));
    showTop(value);
    keep();
    newBelow += arrived.length;
    for (const item of arrived) {
      if (item.type === 'message') announcer.say(words.message.from(people.name(item.message.from), messageText(item.message, words)));
    }
    showJump();
    loadOlderIfNear();
  }
  const renderSoon = oncePerFrame(render);

  scroller.addEventListener(
    'scroll',
    () => {
      showJump();
      loadOlderIfNear();
    },
    { signal, passive: true },
  );
  jump.addEventListener('click', () => keeper.toBottom(), { signal });
  loadAgain.addEventListener('click', loadOlder, { signal });
  cleanup.add(
    timeline.subscribe((next) => {
      value = next;
      renderSoon();
    }),
    () => keeper.close(),
  );

  return { element, close: () => cleanup.run() };
}
