import type { Timeline } from '../../../src/client/chat.ts';
import { parseConversationKey, type ConversationRef, type Position } from '../../../src/protocol/ids.ts';
import { CONVERSATIONS } from '../people.ts';
import type { Walk } from '../walk.ts';
import { ofTab, ownBox, someConversation, type Commands } from './command.ts';

/** A tab does something to one of the timelines it shows. Undefined: there was nothing to do it to. */
function ofTimeline(what: string, act: (timeline: Timeline, walk: Walk, ref: ConversationRef) => Promise<unknown> | undefined): (walk: Walk) => unknown {
  return ofTab((walk, tab) => {
    const open = [...tab.timelines];
    if (open.length === 0) return false;
    const [key, timeline] = walk.random.pick(open);
    const promise = act(timeline, walk, parseConversationKey(key));
    if (promise === undefined) return false;
    walk.world.pledge(what, tab, promise);
    return true;
  });
}

/** What tabs do, and what becomes of them. */
export const tabCommands: Commands = {
  send: {
    weight: 10,
    run: ofTab((walk, tab) => {
      const conversation = walk.random.pick(CONVERSATIONS);
      const message = { conversation, type: 'txt', msg: `sent ${walk.steps()}` };
      walk.world.pledge('send', tab, tab.chat.send(message), ({ clientId }) => walk.noteSent(clientId, conversation));
    }),
  },
  openTimeline: { weight: 5, run: ofTab((walk, tab) => tab.openTimeline(someConversation(walk))) },
  closeTimeline: {
    weight: 2,
    run: ofTab((_walk, tab) => {
      const [key] = tab.timelines.keys();
      if (key === undefined) return false;
      return tab.closeTimeline(key);
    }),
  },
  loadOlder: { weight: 6, run: ofTimeline('load older', (timeline) => timeline.loadOlder()) },
  loadNewer: { weight: 3, run: ofTimeline('load newer', (timeline) => timeline.loadNewer()) },
  jump: {
    weight: 3,
    run: ofTimeline('jump', (timeline, walk, ref) => {
      const history: readonly Position[] = ownBox(walk).history(ref);
      const { id: messageId, time } = walk.random.pick(history.length === 0 ? [{ id: '1', time: 1 }] : history);
      return timeline.jumpTo(walk.random.pick([{ messageId }, { time }, null]));
    }),
  },
  fill: {
    weight: 3,
    run: ofTimeline('fill', (timeline) => {
      const hole = timeline.value?.items.find(({ type }) => type === 'hole');
      return hole && timeline.fill(hole.key);
    }),
  },
  present: { weight: 4, run: ofTab((walk, tab) => tab.present(walk.random.next() < 0.6 ? someConversation(walk) : null)) },
  markUnread: { weight: 2, run: ofTab((walk, tab) => walk.world.pledge('mark unread', tab, tab.chat.markUnread(someConversation(walk)))) },
  backfillPauses: { weight: 1, run: ofTab((walk, tab) => walk.world.pledge('pause', tab, tab.chat.backfill.pause())) },
  backfillResumes: { weight: 2, run: ofTab((walk, tab) => walk.world.pledge('resume', tab, tab.chat.backfill.resume())) },
  refresh: { weight: 3, run: ofTab((walk, tab) => walk.world.pledge('refresh', tab, tab.chat.refresh())) },
  signal: { weight: 3, run: ofTab((walk, tab) => tab.signal(walk.random.pick(['visible', 'hidden', 'focused', 'blurred', 'pause', 'resume', 'online'] as const))) },
  tabOpens: {
    weight: 4,
    run: (walk) => {
      if (walk.world.tabs.size >= 4) return false;
      walk.openTabSoon();
      return true;
    },
  },
  tabCloses: { weight: 2, run: ofTab((walk, tab) => (walk.world.tabs.size > 1 ? tab.close() : false)) },
  tabCrashes: { weight: 2, run: ofTab((_walk, tab) => tab.crash()) },
};
