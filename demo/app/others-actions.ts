import type { ConversationRef } from 'moorage';
import type { Context } from './context.ts';
import { h, setText } from './dom.ts';
import { bookedHistory, command, type BookedMessage } from './emulator.ts';
import { createCleanup, type View } from './view.ts';
import { writerOf } from './writer-of.ts';

/** Messages written in a night away: more than the service's queue keeps (500), so that a hole is left. */
const NIGHT_MESSAGES = 700;

/** How far the list lags when it lags. Unit: ms. */
const LAG_MS = 60_000;

/** The other side's acts on a conversation. */
type Act = (scene: {
  readonly ref: ConversationRef;
  readonly userId: string;
  /** Who acts, and whom a message of theirs is for. */
  readonly from: string;
  readonly to: string;
  /** The newest message of somebody else, and the user's own newest. */
  readonly theirs: BookedMessage | undefined;
  readonly mine: BookedMessage | undefined;
}) => Promise<void> | undefined;

/**
 * Buttons for what the other side does with messages that are there, and for what a service does wrong.
 *
 * @param chosen The conversation it is about.
 */
export function createOthersActions(context: Context, chosen: () => ConversationRef | undefined): View {
  const { account, language } = context;
  const words = language.words.others;
  const cleanup = createCleanup();
  const { signal } = cleanup;
  const result = h('p', { class: 'muted', role: 'status' });

  async function run(act: Act): Promise<void> {
    const ref = chosen();
    const writer = ref && writerOf(context, ref);
    if (!ref || !writer) return setText(result, words.actions.nothing);
    setText(result, '');
    try {
      const { userId } = account;
      const history = await bookedHistory(userId, ref.conversationId);
      const theirs = history.findLast(({ from }) => from !== userId);
      const mine = history.findLast(({ from }) => from === userId);
      const done = act({ ref, userId, ...writer, theirs, mine });
      await done;
      setText(result, done === undefined ? words.actions.nothing : words.actions.done);
    } catch {
      setText(result, words.failed);
    }
  }

  function button(text: string, act: Act): HTMLElement {
    const element = h('button', { type: 'button', class: 'quiet' }, text);
    element.addEventListener('click', () => void run(act), { signal });
    return element;
  }

  /** A button that stays pressed for as long as it holds. */
  function toggle(text: string, set: (isOn: boolean) => Promise<void>): HTMLElement {
    const element = h('button', { type: 'button', class: 'quiet', 'aria-pressed': 'false' }, text);
    const press = async (): Promise<void> => {
      const isOn = element.getAttribute('aria-pressed') !== 'true';
      try {
        await set(isOn);
        element.setAttribute('aria-pressed', String(isOn));
      } catch {
        setText(result, words.failed);
      }
    };
    element.addEventListener('click', () => void press(), { signal });
    return element;
  }

  const { actions, trouble } = words;
  const acts = [
    button(actions.react, ({ from, mine, theirs }) => {
      const message = mine ?? theirs;
      return message && command('react', { from, messageId: message.id, reaction: '👍' });
    }),
    button(actions.edit, ({ theirs }) => theirs && command('edit', { messageId: theirs.id, text: actions.editedText(theirs.text) })),
    button(actions.recall, ({ theirs }) => theirs && command('recall', { messageId: theirs.id })),
    button(actions.pin, ({ theirs }) => theirs && command('pin-message', { from: theirs.from, messageId: theirs.id })),
    button(actions.read, ({ ref, from, userId, mine }) =>
      mine && ref.conversationType === 'singleChat'
        ? command('acknowledge-channel', { from, to: userId, chatType: ref.conversationType })
        : mine && command('acknowledge-message', { from, messageId: mine.id, type: 'read' }),
    ),
    button(actions.type, ({ ref, from, to }) =>
      command('write', { from, to, chatType: ref.conversationType, body: { type: 'cmd', action: 'typing' } }),
    ),
  ];
  const troubles = [
    button(trouble.night(NIGHT_MESSAGES), ({ ref, userId, from, to }) =>
      command('write-while-away', { userId, count: NIGHT_MESSAGES, from, to, chatType: ref.conversationType, text: words.samples[1] ?? '' }),
    ),
    toggle(trouble.lose, (isOn) => (isOn ? command('live', { act: 'lose', userId: account.userId }) : command('live', {}, 'DELETE'))),
    toggle(trouble.lag, (isOn) => command('policies', { listLagMs: isOn ? LAG_MS : 0 })),
    toggle(trouble.down, (isOn) => command(isOn ? 'offline' : 'online')),
  ];
  const element = h(
    'div',
    { class: 'others-actions' },
    h('h3', {}, actions.heading),
    h('div', { class: 'buttons' }, ...acts),
    h('h3', {}, trouble.heading),
    h('div', { class: 'buttons' }, ...troubles),
    result,
  );
  return { element, close: () => cleanup.run() };
}
