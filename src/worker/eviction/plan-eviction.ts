import type { ConversationKey } from '../../protocol/ids.ts';

/** What is let go when the disk is full. Unit: of all that is stored. Less would be asked for again soon; more is missed. */
const SHARE = 0.5;

/**
 * Chooses the conversations whose history is let go (ST2): those that were opened longest ago, never opened ones first,
 * and of these the ones that are quiet for longest.
 *
 * @param options.sizes What each has stored; any unit.
 * @param options.opened Those that were opened, the latest last.
 * @param options.quietSince The server time of its last message, ms; 0 where none is known.
 * @param options.isKept What must stay.
 * @returns As many as make up half of what is stored, or all that may go. Empty: nothing can.
 */
export function planEviction(options: {
  readonly sizes: ReadonlyMap<ConversationKey, number>;
  readonly opened: readonly ConversationKey[];
  readonly quietSince: (key: ConversationKey) => number;
  readonly isKept: (key: ConversationKey) => boolean;
}): readonly ConversationKey[] {
  const { sizes, opened, quietSince, isKept } = options;
  const ranks = new Map(opened.map((key, index) => [key, index + 1]));
  const rank = (key: ConversationKey): number => ranks.get(key) ?? 0;
  let wanted = SHARE * [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return [...sizes.keys()]
    .filter((key) => !isKept(key))
    .sort((a, b) => rank(a) - rank(b) || quietSince(a) - quietSince(b))
    .filter((key) => {
      const isEnough = wanted <= 0;
      wanted -= sizes.get(key) ?? 0;
      return !isEnough;
    });
}
