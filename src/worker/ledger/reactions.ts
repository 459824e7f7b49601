import type { Reaction } from '../../protocol/model.ts';
import type { ReactionChange } from '../service/chat-service.ts';

/** @returns The changes that hold when later ones follow earlier ones: of each reaction the last, and all that is known of it. */
export function joinedChanges(earlier: readonly ReactionChange[], later: readonly ReactionChange[]): readonly ReactionChange[] {
  const byName = new Map(earlier.map((change) => [change.reaction, change]));
  for (const change of later) byName.set(change.reaction, { ...pickOwn(byName.get(change.reaction)), ...change });
  return [...byName.values()];
}

/** @returns A message's reactions after some changed, in their order; new ones last. */
export function withChanges(reactions: readonly Reaction[], changes: readonly ReactionChange[]): readonly Reaction[] {
  return joinedChanges(reactions, changes)
    .filter(({ count }) => count > 0)
    .map((change) => ({ ...change, isAddedBySelf: change.isAddedBySelf ?? false }));
}

function pickOwn(change: ReactionChange | undefined): { readonly isAddedBySelf?: boolean } {
  return change?.isAddedBySelf === undefined ? {} : { isAddedBySelf: change.isAddedBySelf };
}
