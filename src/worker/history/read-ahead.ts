import { comparePositions, type ConversationKey } from '../../protocol/ids.ts';
import type { HistoryPage, HistoryRequest } from '../../protocol/worker-api.ts';
import type { Environment } from '../environment.ts';
import type { HistoryActivity, Mark } from './history-activity.ts';
import type { RequestGate } from './request-gate.ts';
import type { Spans } from './span.ts';

/** Asks for the next page of a run of pages before anybody wants it: storing one and fetching one take their time together. */
export interface ReadAhead {
  /**
   * @returns The page that was asked for early, if it is the one now wanted, with the moment it was asked for. It rejects
   * when it could not be had: ask again. Whatever else was asked for early in the conversation is thrown away.
   */
  take(key: ConversationKey, request: HistoryRequest): Early | undefined;
  /** A page has come and is about to be stored: if it goes on where the one before it ended, its next one is asked for. */
  follow(come: { readonly key: ConversationKey; readonly request: HistoryRequest; readonly page: HistoryPage; readonly spans: Spans }): void;
}

/** A page that was asked for before anybody wanted it. */
export type Early = {
  readonly cursor: string;
  readonly pageSize: number;
  readonly askedAt: number;
  readonly mark: Mark;
  readonly page: Promise<HistoryPage>;
};

/** Pages one after another that make it likely that somebody wants the next one, too. Unit: pages. Less asks for pages nobody reads. */
const RUN_PAGES = 3;

/** A page that nobody took is old after this time: what happened meanwhile is not in it. Unit: ms. */
const MAX_AGE_MS = 10_000;

/**
 * @param options.gate An early page takes a place that nobody else wants, or is not asked for.
 */
export function createReadAhead(options: {
  readonly request: (request: HistoryRequest) => Promise<HistoryPage>;
  readonly gate: RequestGate;
  readonly environment: Pick<Environment, 'now'>;
  readonly activity: Pick<HistoryActivity, 'mark' | 'isWiped'>;
}): ReadAhead {
  const { gate, environment, activity } = options;
  const early = new Map<ConversationKey, Early>();
  /** Where the last page of each conversation ended, and how many pages its run has. */
  const runs = new Map<ConversationKey, { readonly end: string; readonly pages: number }>();

  return {
    take(key, { cursor, pageSize, direction }) {
      const found = early.get(key);
      early.delete(key);
      const isWanted = found?.cursor === cursor && found.pageSize === pageSize && direction === 'up';
      const isFresh = found?.mark.session === activity.mark(key).session && environment.now() - found.askedAt <= MAX_AGE_MS;
      return isWanted && isFresh && !activity.isWiped(key, found.mark) ? found : undefined;
    },
    follow({ key, request, page: { messages, cursor, isLast }, spans }) {
      const run = runs.get(key);
      runs.delete(key);
      const pages = request.direction === 'up' && run?.end === request.cursor ? run.pages + 1 : 1;
      const last = messages.at(-1);
      if (isLast || cursor === undefined || cursor === '' || last === undefined) return;
      runs.set(key, { end: cursor, pages });
      const [first = last] = messages;
      // It joins the next older span: what would come next is stored.
      const joins = spans.some(({ newest }) => comparePositions(newest, last) >= 0 && comparePositions(newest, first) < 0);
      if (pages < RUN_PAGES || joins || gate.free() === 0) return;
      const page = gate.run(() => options.request({ ...request, cursor }));
      page.catch(() => undefined);
      early.set(key, { cursor, pageSize: request.pageSize, mark: activity.mark(key), askedAt: environment.now(), page });
    },
  };
}
