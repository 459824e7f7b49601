import type { ConversationRef } from '../../../src/protocol/ids.ts';
import type { QueryValue } from '../../../src/protocol/queries.ts';
import type { TestTab, TestWorld } from '../../../src/testing/test-world.ts';
import type { Timeline } from '../../../src/client/chat.ts';
import { openWorld } from '../engine/open-world.ts';
import { bob, untilLive, watch } from '../engine/watch.ts';

export type LiveWorld = { readonly world: TestWorld; readonly tab: TestTab };

/** @returns A tab that is up to date, in a world of the test's own. */
export async function openLive(options?: Parameters<typeof openWorld>[0]): Promise<LiveWorld> {
  const world = openWorld(options);
  return { world, tab: await openTab(world) };
}

/** The same, with the conversation with Bob shown: it is what the engine looks after first. */
export async function openTimeline(options?: Parameters<typeof openWorld>[0]): Promise<LiveWorld & { readonly timeline: Timeline }> {
  const live = await openLive(options);
  return { ...live, timeline: watch(live.tab.chat.timeline(bob)) };
}

/** @returns One more tab, up to date. */
export async function openTab(world: TestWorld): Promise<TestTab> {
  const tab = await world.openTab();
  await untilLive(world, tab);
  return tab;
}

/** Texts with their states, oldest first, with a comma between. */
export const shown = (value: QueryValue['timeline'] | undefined): string =>
  (value?.items ?? []).map((item) => (item.type === 'hole' ? '…' : `${String(item.message['msg'])} ${item.state.type}`)).join();

/** What the service has of the account's own texts. */
export const sentTexts = (world: TestWorld, ref: ConversationRef = bob): readonly unknown[] =>
  world.server.history('alice', ref).flatMap(({ from, msg }) => (from === 'alice' ? [msg] : []));
