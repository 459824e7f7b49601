import { createRandom } from '../seed-random.ts';

/** What a delivery is: `notification` is what a user's own queue brings (reactions, pins, contacts, other devices). */
export const liveKinds = ['message', 'recall', 'edit', 'receipt', 'channel-ack', 'notification'] as const;
export type LiveKind = (typeof liveKinds)[number];

/** Which deliveries are meant. What is left out does not matter. */
export type LiveFilter = {
  /** Whose devices. */
  readonly userId?: string;
  /** The other user, or the group. Notifications belong to none. */
  readonly conversation?: string;
  readonly kinds?: readonly LiveKind[];
};

export type Passage = { readonly userId: string; readonly conversation: string; readonly kind: LiveKind };

/**
 * Live delivery under control: what is stopped here is in history and in the lists all the same.
 *
 * - Losing and holding strike from the next delivery on; the latest rule that fits wins.
 * - What was written for a device that is away is delivered into its queue: it can be lost and held as well.
 */
export interface LiveGate {
  /** Never delivered. @param options `times`: so many deliveries, then over. @returns Takes the rule back. */
  lose(filter?: LiveFilter, options?: { readonly times?: number }): () => void;
  /** Kept back until released. @returns Takes the rule back; what is held stays held. */
  hold(filter?: LiveFilter): () => void;
  /**
   * Delivers what is held now. Rules go on.
   *
   * @param options `order`: as it came, reversed, or shuffled by `randomSeed` (default 1). `copies`: how often each is
   *   delivered, default 1.
   * @returns How many deliveries were held.
   */
  release(options?: ReleaseOptions): number;
  /** Ends every rule. What is held stays held. */
  clear(): void;
  /** How many deliveries are held. */
  held(): number;
  /** @param go Delivers. */
  admit(passage: Passage, go: () => void): void;
}

export type ReleaseOptions = {
  readonly order?: 'as-held' | 'reversed' | 'shuffled';
  readonly copies?: number;
  readonly randomSeed?: number;
};

type Rule = { readonly act: 'lose' | 'hold'; readonly filter: LiveFilter; left: number };

export function createLiveGate(): LiveGate {
  let rules: Rule[] = [];
  let held: (() => void)[] = [];

  function add(rule: Rule): () => void {
    rules.push(rule);
    return () => {
      rules = rules.filter((other) => other !== rule);
    };
  }

  return {
    lose: (filter = {}, { times = Infinity } = {}) => add({ act: 'lose', filter, left: times }),
    hold: (filter = {}) => add({ act: 'hold', filter, left: Infinity }),
    release({ order = 'as-held', copies = 1, randomSeed = 1 } = {}) {
      const released = held;
      held = [];
      const ordered = order === 'shuffled' ? shuffle(released, randomSeed) : [...released];
      if (order === 'reversed') ordered.reverse();
      for (let copy = 0; copy < copies; copy += 1) for (const go of ordered) go();
      return released.length;
    },
    clear() {
      rules = [];
    },
    held: () => held.length,
    admit(passage, go) {
      const rule = rules.findLast(({ filter }) => fits(filter, passage));
      if (rule === undefined) {
        go();
        return;
      }
      if (rule.act === 'hold') held.push(go);
      rule.left -= 1;
      if (rule.left <= 0) rules = rules.filter((other) => other !== rule);
    },
  };
}

function fits(filter: LiveFilter, passage: Passage): boolean {
  return (
    (filter.userId ?? passage.userId) === passage.userId &&
    (filter.conversation ?? passage.conversation) === passage.conversation &&
    (filter.kinds ?? [passage.kind]).includes(passage.kind)
  );
}

function shuffle<T>(items: readonly T[], randomSeed: number): T[] {
  const random = createRandom(randomSeed);
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
