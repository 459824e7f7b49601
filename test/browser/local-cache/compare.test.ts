/** Results and rejections of every method, of the SDK's own plugin and of ours, on the same state. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Outcome } from './app.page.ts';
import { bob, eventually, local, startAppWorld, type AppWorld } from './app-world.ts';

let world: AppWorld;

beforeAll(async () => {
  world = await startAppWorld();
});
afterAll(() => world.close());
beforeEach(() => world.renew());

const methods = [
  'getLocalConversations',
  'getLocalConversation',
  'setLocalConversationCustomField',
  'clearConversationUnreadCount',
  'removeLocalConversation',
] as const;
type Step = readonly [method: (typeof methods)[number], params?: unknown];

const carol = { conversationId: 'carol', conversationType: 'singleChat' };
const nobody = { conversationId: 'nobody', conversationType: 'groupChat' };
const everyMethod = methods.map((name): Step => [name, { ...bob, customField: {} }]);

/** What applications rely on: of a conversation what both have, of an error what can be looked at. */
function plain(outcome: Outcome): unknown {
  if ('error' in outcome) return outcome.error;
  const { value } = outcome;
  if (typeof value !== 'object' || value === null) return value;
  const { type, data } = value as { readonly type: unknown; readonly data: unknown };
  const row = (one: unknown): unknown => {
    if (typeof one !== 'object' || one === null) return one;
    const { conversationId, conversationType, unReadCount, customField, lastMessage } = one as { readonly [name: string]: unknown };
    const { type: kind, chatType, from, to, msg } = (lastMessage ?? {}) as { readonly [name: string]: unknown };
    return { conversationId, conversationType, unReadCount, customField, last: lastMessage && { type: kind, chatType, from, to, msg } };
  };
  return { type, data: Array.isArray(data) ? data.map(row) : row(data) };
}

/** @returns What both come to: first the SDK's, then ours. */
async function both(script: { readonly before?: readonly Step[]; readonly steps?: readonly Step[]; readonly after?: readonly Step[] }): Promise<unknown[][]> {
  const ran: unknown[][] = [];
  for (const plugin of ['sdk', 'ours'] as const) {
    await world.renew();
    const page = await world.openTab();
    const run = async (steps: readonly Step[] = []): Promise<void> => {
      for (const [method, params] of steps) {
        const outcome = await page.evaluate(([name, given]) => window.app.outcome('alice', name, given), [method, params] as const);
        outcomes.push(plain(outcome));
      }
    };
    const outcomes: unknown[] = [];
    ran.push(outcomes);
    await page.evaluate(([where, how]) => window.app.prepare('alice', where, how), [world.where('alice'), { plugin }] as const);
    await run(script.before);
    if (script.steps === undefined) continue;
    await world.signIn(page, 'alice', { plugin });
    // The SDK's own store miscounts what comes before it has counted and stored the one before.
    for (const [from, unread] of [['bob', 1], ['carol', 1], ['carol', 2]] as const) {
      const last = `from ${from}, ${unread}`;
      world.emulator.write({ from, to: 'alice', chatType: 'singleChat', text: last });
      await eventually(() => local(page)).toContainEqual({ id: from, unread, last });
    }
    await run(script.steps);
    await page.evaluate(() => window.app.close('alice'));
    await run(script.after);
  }
  return ran;
}

test('what is read and changed gives the same as with the plugin of the SDK', async () => {
  const [theirs, ours] = await both({
    steps: [
      ['getLocalConversations'],
      ['getLocalConversation', bob],
      ['getLocalConversation', nobody],
      ['setLocalConversationCustomField', { ...bob, customField: { colour: 'red', deep: [1, null] } }],
      ['getLocalConversation', bob],
      ['setLocalConversationCustomField', { ...bob, customField: { size: 1 } }],
      ['getLocalConversation', bob],
      ['clearConversationUnreadCount', carol],
      ['clearConversationUnreadCount', nobody],
      ['getLocalConversations'],
      ['removeLocalConversation', { ...carol, isRemoveLocalMessage: false }],
      ['removeLocalConversation', nobody],
      ['getLocalConversations'],
      ['removeLocalConversation', bob],
      ['getLocalConversations'],
    ],
  });
  expect(ours).toEqual(theirs);
  expect(ours?.filter((outcome) => outcome !== undefined && 'error' in Object(outcome))).toEqual([]);
});

const bad: readonly Step[] = [
  ...methods.slice(1).flatMap((name): Step[] => [
    [name, { ...bob, customField: {}, conversationId: '' }],
    [name, { ...bob, customField: {}, conversationId: 7 }],
    [name, { ...bob, customField: {}, conversationType: 'chatRoom' }],
    [name, undefined],
  ]),
  ['setLocalConversationCustomField', bob],
  ['setLocalConversationCustomField', { ...bob, customField: 'red' }],
];

test('[ER2] what the plugin of the SDK refuses, ours refuses', async () => {
  const [theirs, ours] = await both({ steps: bad });
  // The SDK's are plain errors without a number: nobody can look at one.
  expect(theirs?.every((outcome) => /^(Type)?Error$/.test((outcome as { readonly name: string }).name))).toBe(true);
  expect(theirs?.some((outcome) => Object(outcome).type !== undefined)).toBe(false);
  expect(ours).toEqual(bad.map(() => ({ name: 'SyncError', code: 'invalid-argument', type: undefined })));
});

test('before the login and after the log-out reads are answered empty, as by the plugin of the SDK; changes, which it drops silently, are refused', async () => {
  const [theirs, ours] = await both({ before: everyMethod, steps: [], after: everyMethod });
  const empty = [{ type: 0, data: [] }, { type: 0, data: undefined }];
  const dropped = [...empty, undefined, undefined, undefined];
  const closed = { name: 'SyncError', code: 'closed', type: 700 };
  const refused = [...empty, closed, closed, closed];
  expect(theirs).toEqual([...dropped, ...dropped]);
  expect(ours).toEqual([...refused, ...refused]);
});
