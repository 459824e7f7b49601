import type { ConversationRef, JumpTarget } from 'moorage';
import type { Context } from './context.ts';
import { describeError } from './describe-error.ts';
import { h, placeChildren, setText } from './dom.ts';
import { icon } from './icons.ts';
import { messageText } from './message-text.ts';
import { newMessages } from './new-messages.ts';
import { createScrollKeeper } from './scroll-keeper.ts';
import { createTimelineRows } from './timeline-rows.ts';
import { createCleanup, oncePerFrame, type View } from './view.ts';

/** How near to the end of what is shown the reader comes before more is loaded. Unit: px; about a screen. */
const LOAD_MORE_PX = 600;

type Timeline = ReturnType<Context['chat']['timeline']>;
type TimelineValue = NonNullable<Timeline['value']>;

export interface MessageList extends View {
  /** Shows the messages from a server time (ms) on, at the top; null: the newest. What fails is said in the list. */
  goTo(time: number | null): Promise<void>;
}

/**
 * The messages of one conversation, oldest first.
 *
 * - Older and newer ones are loaded when the reader comes near the end; what is being read stays where it is.
 * - At the bottom it follows what arrives; elsewhere a button says how much is new, and goes there.
 * - What arrives is announced to screen readers; what is loaded from the past is not.
 * - The conversation is presented, and so read, for as long as its newest messages are there to be seen.
 */
export function createMessageList(context: Context, ref: ConversationRef): MessageList {
  const { chat, account, people, language, announcer } = context;
  const { words } = language;
  const cleanup = createCleanup();
  const { signal } = cleanup;
  const timeline = chat.timeline(ref);
  let value: TimelineValue | undefined;
  let newBelow = 0;
  /** Where the reader asked to be taken, until the rows are there. */
  let goal: number | null | undefined;

  // The timeline's state, and the hole, say what becomes of a load.
  const quietly = (load: Promise<unknown>): void => void load.catch(() => undefined);
  const timelineRows = createTimelineRows(context, ref, (key) => quietly(timeline.fill(key)));

  const top = h('p', { class: 'note' }, words.pane.loading);
  const loadAgain = h('button', { type: 'button', class: 'link', hidden: true }, words.signIn.tryAgain);
  const list = h('ol', { class: 'messages', role: 'list' });
  const bottom = h('p', { class: 'note', hidden: true }, words.pane.loadingNewer);
  const problem = h('p', { class: 'problem', role: 'alert' });
  const column = h('div', { class: 'messages-column' }, h('div', { class: 'messages-top' }, top, loadAgain), list, bottom);
  const name = people.name(ref.conversationId);
  const scroller = h('div', { class: 'messages-scroller', role: 'region', tabindex: 0, 'aria-label': words.pane.with(name) }, column);
  const jumpText = h('span');
  const jump = h('button', { type: 'button', class: 'jump', hidden: true }, jumpText);
  jump.append(icon('down'));
  const element = h('div', { class: 'messages-pane' }, problem, scroller, jump);
  const keeper = createScrollKeeper(scroller, list);

  function loadIfNear(): void {
    if (value === undefined || value.state.isLoading || value.state.error !== null) return;
    const { hasOlder, hasNewer } = value.state;
    const below = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
    if (hasOlder && scroller.scrollTop < LOAD_MORE_PX) quietly(timeline.loadOlder());
    if (hasNewer && below < LOAD_MORE_PX) quietly(timeline.loadNewer());
  }

  function showEnds({ items, state }: TimelineValue): void {
    const isEmpty = items.length === 0;
    const text = state.error !== null
      ? words.pane.olderFailed(describeError(state.error, words))
      : state.isLoading || state.hasOlder
        ? (isEmpty ? words.pane.loading : words.pane.loadingOlder)
        : (isEmpty ? words.pane.empty : words.pane.beginning);
    setText(top, text);
    loadAgain.hidden = state.error === null;
    bottom.hidden = !state.hasNewer;
  }

  function showJump(): void {
    const hasNewer = value?.state.hasNewer === true;
    const isAtEnd = keeper.isAtBottom() && !hasNewer;
    if (isAtEnd) newBelow = 0;
    if (isAtEnd && document.activeElement === jump) scroller.focus({ preventScroll: true });
    jump.hidden = isAtEnd;
    setText(jumpText, hasNewer ? words.pane.newer : newBelow > 0 ? words.pane.newBelow(newBelow) : words.pane.latest);
  }

  /** @returns Whether there was a goal, and its rows. */
  function reachGoal({ items, state }: TimelineValue): boolean {
    if (goal === undefined || (goal === null && state.hasNewer)) return false;
    const time = goal;
    const first = time !== null && items.find((item) => item.type === 'message' && item.message.time >= time);
    const row = first ? timelineRows.rowOf(first.key) : undefined;
    goal = undefined;
    if (row === undefined) keeper.toBottom();
    // By hand: `scrollIntoView` would move everything around the list as well.
    else scroller.scrollTop += row.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    return true;
  }

  let rendered: TimelineValue | undefined;
  function render(): void {
    if (signal.aborted || value === undefined || value === rendered) return;
    const before = rendered;
    const last = value.items.at(-1);
    const isOwnNew = before !== undefined && last?.type === 'message' && last.message.from === account.userId && last.key !== before.items.at(-1)?.key;
    const isFollowing = before !== undefined && !before.state.hasNewer && !value.state.hasNewer;
    const arrived = isFollowing ? newMessages(before.items, value.items, account.userId) : [];
    rendered = value;
    const keep = keeper.hold(before === undefined || (isOwnNew && isFollowing) ? 'follow' : isFollowing ? 'follow-at-bottom' : 'stay');
    placeChildren(list, timelineRows.elementsOf(value.items));
    showEnds(value);
    if (!reachGoal(value)) keep();
    newBelow += arrived.length;
    for (const item of arrived) {
      if (item.type === 'message') announcer.say(words.message.from(people.name(item.message.from), messageText(item.message, words)));
    }
    showJump();
    loadIfNear();
  }
  const renderSoon = oncePerFrame(render);

  async function goTo(time: number | null): Promise<void> {
    const target: JumpTarget = time === null ? null : { time };
    setText(problem, '');
    goal = time;
    try {
      await timeline.jumpTo(target);
      if (value !== undefined && rendered === value && reachGoal(value)) showJump();
    } catch (error) {
      goal = undefined;
      setText(problem, words.pane.notThere(describeError(error, words)));
    }
  }

  scroller.addEventListener(
    'scroll',
    () => {
      showJump();
      loadIfNear();
    },
    { signal, passive: true },
  );
  jump.addEventListener('click', () => (value?.state.hasNewer === true ? void goTo(null) : keeper.toBottom()), { signal });
  loadAgain.addEventListener('click', () => quietly(timeline.loadOlder()), { signal });
  chat.present(ref);
  cleanup.add(
    timeline.subscribe((next) => {
      value = next;
      chat.present(next.state.hasNewer ? null : ref);
      renderSoon();
    }),
    () => chat.present(null),
    () => keeper.close(),
  );

  return { element, goTo, close: () => cleanup.run() };
}
