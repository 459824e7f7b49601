import { comparePositions, isAfter, laterOf, toPosition, type Position } from '../../../src/protocol/ids.ts';
import type { Message } from '../../../src/protocol/model.ts';
import { recounted, rebased } from '../../../src/worker/unread/listed-count.ts';
import { acknowledged, cleared, withInserted, withRemoved } from '../../../src/worker/unread/unread-changes.ts';
import { NOTHING_UNREAD, unreadCount } from '../../../src/worker/unread/unread-count.ts';
import type { UnreadState } from '../../../src/worker/storage/storage.ts';
import { message } from '../../support/messages.ts';

const self = 'alice';

/** What the service's list said at some moment. */
type Snapshot = { readonly unReadCount: number; readonly lastMessage: Message | null };
type Event = { readonly type: 'message'; readonly message: Message } | { readonly type: 'read'; readonly through: Position };

export interface UnreadModel {
  count(): number;
  /** Messages of others that the user has read nowhere. */
  truth(): number;
  write(isOwn: boolean): void;
  /** The next thing the service told arrives; a message may be lost instead. */
  deliver(isLost?: boolean): void;
  /** A list is read that was made so many changes ago. */
  list(lag: number): void;
  /** History is read whole. */
  fill(): void;
  clear(): void;
  /** The waiting acknowledgement reaches the service. */
  land(): void;
  /** Its answer arrives. */
  answer(): void;
  readElsewhere(): void;
  recall(place: number): void;
  /** Everything that is under way comes to its end, what was lost is fetched, and the list is read as it is. */
  rest(): void;
}

/**
 * One conversation at a service that only counts, a list of it that lags, events that may be lost, and what is derived
 * here from all of that. `truth` knows what neither of them is told whole.
 */
export function createUnreadModel(): UnreadModel {
  let written = 0;
  let history: readonly Message[] = [];
  let serviceRead: Position | null = null;
  let userRead: Position | null = null;
  const snapshots: Snapshot[] = [{ unReadCount: 0, lastMessage: null }];
  let events: readonly Event[] = [];

  let state: UnreadState = NOTHING_UNREAD;
  let stored: readonly Message[] = [];
  let hasLost = false;
  let lastMessage: Position | null = null;
  /** An acknowledgement waits; another may be on its way. */
  let isWaiting = false;
  let flying: { readonly through: string; readonly sent: number } | undefined;

  const others = (messages: readonly Message[], after: Position | null): number => messages.filter(({ from }) => from !== self).filter((one) => isAfter(one, after)).length;
  const note = (): void => void snapshots.push({ unReadCount: others(history, serviceRead), lastMessage: history.at(-1) ?? null });
  const next = (): Message => message((written += 1));

  const recount = (isListed = false): void => {
    const isBehind = lastMessage !== null && isAfter(lastMessage, stored.at(-1) ?? null);
    state = recounted(state, { stored, completeAfter: hasLost || isBehind ? undefined : null, self, isListed });
  };
  const store = (coming: readonly Message[]): void => {
    const inserted = coming.filter(({ id }) => stored.every((one) => one.id !== id));
    stored = [...stored, ...inserted].sort(comparePositions);
    lastMessage = laterOf(lastMessage, stored.at(-1) ?? null);
    const late = inserted.filter((one) => one.from !== self && state.baselineAt !== null && !isAfter(one, state.baselineAt));
    state = withInserted(state, { inserted, self });
    if (late.length > 0) recount();
  };
  const newerThan = (position: Position | null): readonly Message[] => stored.filter((one) => isAfter(one, position));

  const model: UnreadModel = {
    count: () => unreadCount(state),
    truth: () => others(history, userRead),

    write(isOwn) {
      const one = { ...next(), ...(isOwn ? { from: self, to: 'bob' } : {}) };
      history = [...history, one];
      events = [...events, { type: 'message', message: one }];
      note();
    },
    deliver(isLost = false) {
      const [event, ...rest] = events;
      events = rest;
      if (event?.type === 'read') {
        const { through } = event;
        state = cleared(state, { through, newerStored: newerThan(through), self, isElsewhere: true });
      } else if (event !== undefined) {
        if (isLost) hasLost = true;
        else store([event.message]);
      }
    },
    list(lag) {
      const listed = snapshots.at(-1 - lag) ?? snapshots[0];
      if (listed === undefined) return;
      lastMessage = laterOf(lastMessage, listed.lastMessage && toPosition(listed.lastMessage));
      state = rebased(state, { listed, stored, self });
      recount(true);
    },
    fill() {
      hasLost = false;
      store(history);
    },
    clear() {
      if (unreadCount(state) === 0) return;
      const through = laterOf(laterOf(lastMessage, state.baselineAt), state.readThrough);
      state = cleared(state, { through, newerStored: [], self });
      userRead = laterOf(userRead, through);
      isWaiting = true;
    },
    land() {
      if (!isWaiting || flying !== undefined) return;
      isWaiting = false;
      flying = { through: next().id, sent: state.correction ?? 0 };
      serviceRead = history.at(-1) ?? null;
      note();
    },
    answer() {
      if (flying === undefined) return;
      state = acknowledged(state, { ...flying, newerStored: stored, self });
      recount();
      flying = undefined;
    },
    readElsewhere() {
      const through = toPosition(next());
      serviceRead = history.at(-1) ?? null;
      userRead = laterOf(userRead, through);
      events = [...events, { type: 'read', through }];
      note();
    },
    recall(place) {
      const gone = stored[place % Math.max(1, stored.length)];
      if (gone === undefined || history.every(({ id }) => id !== gone.id) || gone.id === history.at(-1)?.id) return;
      history = history.filter(({ id }) => id !== gone.id);
      stored = stored.filter(({ id }) => id !== gone.id);
      state = withRemoved(state, { removed: [gone], self });
      note();
    },
    rest() {
      while (events.length > 0) model.deliver();
      if (hasLost) model.fill();
      for (let round = 0; round < 2; round += 1) {
        model.answer();
        model.land();
      }
      model.answer();
      model.list(0);
    },
  };
  return model;
}
