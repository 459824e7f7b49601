/**
 * - `login`: a provision that was accepted; `refused-login`: one that was not.
 * - `rest`: a request, by route name.
 * - `in`, `out`: a frame from or to a device.
 */
export type JournalKind = 'login' | 'refused-login' | 'rest' | 'in' | 'out';

export type JournalEntry = {
  /** ms since the epoch. */
  readonly time: number;
  readonly kind: JournalKind;
  /** Route name, frame name, or the device id of a login. */
  readonly name: string;
  readonly userId: string;
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
};

/** The routes that read the conversation list. */
export const listRoutes = ['conversation-list', 'pinned-list', 'old-list'] as const;

/**
 * What was asked of the emulator, for assertions like "one login, and each page once".
 *
 * - No token and no message text is in it.
 * - Counts are complete; of the entries themselves the latest 20,000 are kept.
 */
export interface Journal {
  add(entry: Omit<JournalEntry, 'time'>): void;
  /** Accepted provisions, of everyone or of one user. */
  logins(userId?: string): number;
  /** Requests to a route (see `RouteName`), of everyone or of one user. Without a name: all of them. */
  requests(route?: string, userId?: string): number;
  /** Frames by direction and name. */
  frames(direction: 'in' | 'out', name: string, userId?: string): number;
  /**
   * The most requests to these routes in any stretch of that length, for budgets: `peak(listRoutes, 'alice')`.
   *
   * @param windowMs Default: a minute.
   */
  peak(routes: string | readonly string[], userId?: string, windowMs?: number): number;
  entries(filter?: { readonly kind?: JournalKind; readonly name?: string; readonly userId?: string }): JournalEntry[];
  reset(): void;
}

const entriesKept = 20_000;

export function createJournal(now: () => number): Journal {
  let entries: JournalEntry[] = [];
  const counts = new Map<string, number>();

  function count(...parts: readonly string[]): void {
    const key = parts.join('\n');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }

  function read(kind: JournalKind, name = '*', userId = '*'): number {
    return counts.get([kind, name, userId].join('\n')) ?? 0;
  }

  function peak(routes: string | readonly string[], userId: string | undefined, windowMs: number): number {
    const times = entries
      .slice(-entriesKept)
      .filter(
        (entry) =>
          entry.kind === 'rest' &&
          (typeof routes === 'string' ? routes === entry.name : routes.includes(entry.name)) &&
          (userId ?? entry.userId) === entry.userId,
      )
      .map((entry) => entry.time);
    let most = 0;
    let from = 0;
    for (const [index, time] of times.entries()) {
      while ((times[from] ?? time) <= time - windowMs) from += 1;
      most = Math.max(most, index + 1 - from);
    }
    return most;
  }

  return {
    add(entry) {
      entries.push({ time: now(), ...entry });
      if (entries.length >= entriesKept * 2) entries = entries.slice(-entriesKept);
      for (const name of ['*', entry.name]) {
        count(entry.kind, name, '*');
        count(entry.kind, name, entry.userId);
      }
    },
    logins: (userId) => read('login', '*', userId),
    requests: (route, userId) => read('rest', route, userId),
    frames: (direction, name, userId) => read(direction, name, userId),
    peak: (routes, userId, windowMs = 60_000) => peak(routes, userId, windowMs),
    entries: (filter = {}) =>
      entries
        .slice(-entriesKept)
        .filter(
          (entry) =>
            (filter.kind ?? entry.kind) === entry.kind &&
            (filter.name ?? entry.name) === entry.name &&
            (filter.userId ?? entry.userId) === entry.userId,
        ),
    reset() {
      entries = [];
      counts.clear();
    },
  };
}
