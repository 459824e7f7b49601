import type { Reaction } from '../protocol/model.ts';

/** @returns The reactions to a message as one viewer sees them, after somebody gave one or took it back. */
export function withReaction(
  reactions: readonly Reaction[],
  change: { readonly reaction: string; readonly by: string; readonly isAdded: boolean; readonly viewer: string },
): readonly Reaction[] {
  const { reaction, by, isAdded, viewer } = change;
  const before = reactions.find((one) => one.reaction === reaction)?.userList ?? [];
  const userList = [...before.filter((userId) => userId !== by), ...(isAdded ? [by] : [])];
  const after = { reaction, count: userList.length, isAddedBySelf: userList.includes(viewer), userList };
  return [...reactions.filter((one) => one.reaction !== reaction), ...(userList.length === 0 ? [] : [after])];
}
