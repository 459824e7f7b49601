import { SyncError } from '../protocol/errors.ts';
import type { ConversationKey } from '../protocol/ids.ts';
import type { Account, Status } from '../protocol/model.ts';
import type { TabSignal } from '../protocol/wire.ts';
import { assembleCalls } from './assemble-calls.ts';
import { createLogOut } from './calls/log-out.ts';
import { createClientIds } from './client-id.ts';
import { createConnection } from './connection/connection.ts';
import { createStatusKeeper } from './connection/status-keeper.ts';
import { createTokenSource } from './connection/token-source.ts';
import { createContinuity } from './continuity.ts';
import type { Environment } from './environment.ts';
import { createHistoryKeeper } from './history/history-keeper.ts';
import { createEviction } from './eviction/eviction.ts';
import { createIntake } from './intake/intake.ts';
import { openLedger, type Commit } from './ledger/ledger.ts';
import { readBatch, withRead } from './ledger/reading.ts';
import type { EngineOptions } from './options.ts';
import { createAcknowledgements } from './outbox/acknowledgements.ts';
import { createCommands } from './outbox/commands.ts';
import { createOutbox } from './outbox/outbox.ts';
import type { ChatServiceFactory, ServiceEvent } from './service/chat-service.ts';
import { guardService } from './service/guarded-service.ts';
import type { Storage } from './storage/storage.ts';
import { createStoreListPage } from './sync/list-page.ts';
import { createMuted } from './sync/muted.ts';
import { retryDelayMs } from './sync/retry-delay.ts';
import { createRoundBudget, withListBudget } from './sync/round-budget.ts';
import { createRound } from './sync/round.ts';
import { createSyncLoop } from './sync/sync-loop.ts';
import { createMakeView } from './tabs/make-view.ts';
import { createPresence } from './tabs/presence.ts';
import { createTabRegistry, type TabRegistry } from './tabs/tab-registry.ts';

/** The parts of a running engine, wired to each other. */
export interface EngineParts {
  readonly tabs: TabRegistry;
  /** Resolves when the first conversations are in memory. Rejects when they cannot be read. */
  readonly ready: Promise<void>;
  /** Stops every part and disconnects. */
  close(): Promise<void>;
  /** Shows the tabs that the login is over, for good. */
  signOut(reason: SyncError): void;
}

/**
 * Wires the parts of one account's engine over an open storage. Nothing here decides: parts do, and meet here only.
 *
 * @param options.ended Aborts when the engine ends; open calls are answered with its reason.
 * @param options.onFenced Another engine owns the database now.
 * @param options.end Ends the login and wipes the account, but for its outbox where that is kept.
 */
export function assembleEngine(options: {
  readonly account: Account;
  readonly service: ChatServiceFactory;
  readonly environment: Environment;
  readonly settings: EngineOptions;
  readonly storage: Storage;
  readonly ended: AbortSignal;
  readonly onFenced: () => void;
  readonly end: (keepsOutbox: boolean) => Promise<void>;
}): EngineParts {
  const { account, environment, settings, storage } = options;
  const self = account.userId;
  const budget = createRoundBudget({ settings, now: () => environment.now() });
  const guarded = guardService(options.service(account), {
    environment,
    timeoutMs: settings.serviceTimeoutMs,
    attempted: () => connection.attempted(),
  });
  const service = withListBudget(guarded, budget);
  const continuity = createContinuity();
  const isDoubted = (): boolean => ledger.listSync()?.isDoubted === true;

  const announceCommit = (commit: Commit): void => {
    // What tabs are shown of history is told from here.
    history.take(commit);
    tabs.announce({ type: 'commit', commit });
    leaving.take(commit);
    if (isDoubted()) sync.recheck();
    history.poke();
    outbox.poke(commit.outbox);
  };

  const ledger = openLedger({
    storage,
    now: () => environment.now(),
    headSize: settings.headSize,
    complete: (batch) =>
      withRead(muted.complete(batch), { isShown: presence.isShown, tombstone: ledger.tombstone, toAcknowledge: acknowledgements.request, self }),
    alongside: () => eviction.alongside(),
    makeRoom: (batch) => eviction.makeRoom(batch),
    announce: announceCommit,
    onFailure: (error) => {
      if (error?.code === 'fenced') return options.onFenced();
      status.note({ storageError: error });
      eviction.noted(error);
    },
  });

  /** What most parts need; each takes of it what it names. */
  const shared = {
    ...{ service, ledger, environment, continuity, self, settings },
    retryDelayMs: (attempt: number, failure?: SyncError | null): number =>
      retryDelayMs(attempt, { ...settings.retry, random: environment.random(), failure }),
    delivered: () => intake.settled(),
    onChange: () => status.update(),
  };

  const shown = (): readonly ConversationKey[] => tabs.timelines().map(({ key }) => key);
  const eviction = createEviction({ ...shared, shown });
  const history = createHistoryKeeper({
    ...shared,
    isEvicted: eviction.isEvicted,
    isRush: () => outbox.isRush(),
    lookedAt: () =>
      tabs.timelines().flatMap((timeline) => {
        const cursor = timeline.wanted();
        return cursor === null ? [] : [{ key: timeline.key, cursor }];
      }),
    onActivity: (conversation) => tabs.announce({ type: 'history', conversation }),
    onTrouble: (error) => status.note({ history: error }),
    onChange: () => tabs.announce({ type: 'backfill' }),
  });
  const storePage = createStoreListPage(shared);
  const sync = createSyncLoop({
    ...shared,
    round: createRound({ ...shared, storePage }),
    budget,
    isDoubted,
    // The list may know of messages that did not come live.
    onComplete: () => {
      if (sync.facts().isComplete) continuity.listed();
      history.listed();
      void muted.listed();
    },
  });
  const onDistrusted = (key: ConversationKey): void => {
    continuity.doubt(key);
    sync.distrust();
  };
  const newClientId = createClientIds({ epoch: storage.epoch, engineId: environment.uniqueId() });
  const commands = createCommands({
    ...shared,
    newClientId,
    lanes: () => outbox,
    toAcknowledge: (key) => acknowledgements.request(key),
    fetchHistory: history.fetch,
    onDistrusted,
  });
  const outbox = createOutbox({
    ...shared,
    ended: options.ended,
    onUnauthorized: () => connection.handle({ type: 'token-expired' }),
    commands,
    fetchBelow: history.fetchBelow,
    newClientId,
    onRushOver: () => history.poke(),
    onSending: (conversations) => tabs.announce({ type: 'sending', conversations }),
  });
  const intake = createIntake({
    ...shared,
    onDropped: (error) => {
      status.note({ dropped: error });
      // What it said of the list is asked for; what it said of messages is a hole from here on.
      continuity.restart();
      sync.distrust();
    },
    onDistrusted,
    onNotice: (notice) => tabs.notice(notice),
  });
  const muted = createMuted(shared);
  const acknowledgements = createAcknowledgements(shared);
  const presence = createPresence((key) => {
    // Not stored, it is read by the next change of the conversation.
    ledger.write(() => readBatch({ ledger, key, self }, acknowledgements.request)).catch(() => undefined);
  });
  /** What runs while there is a connection, in the order in which it begins. */
  const online = [commands, outbox, acknowledgements, history];
  const tokens = createTokenSource({
    ...shared,
    ask: (tabId, request) => tabs.requestToken(tabId, request),
  });
  const connection = createConnection({
    ...shared,
    deviceId: storage.deviceId,
    // What is stored comes first: logging in takes as long as reading it, on the same thread.
    getToken: () => ledger.loaded.catch(() => undefined).then(() => tokens.get()),
    onConnected: () => {
      status.note({ isOnline: true, dropped: null });
      sync.start();
      for (const part of online) part.start();
    },
    onLost: () => {
      continuity.restart();
      sync.stop();
      for (const part of online) part.stop();
    },
  });
  const status = createStatusKeeper({
    isOnline: environment.isOnline(),
    connection: () => connection.facts(),
    sync: () => sync.facts(),
    announce: (value: Status) => tabs.announce({ type: 'status', status: value }),
  });

  const leaving = createLogOut({ ...shared, ...options });

  const onSignal = (signal: TabSignal): void => {
    if (signal === 'online' || signal === 'offline') status.note({ isOnline: signal === 'online' });
    if (signal === 'online' || signal === 'visible') connection.wake();
  };

  const tabs = createTabRegistry({
    environment,
    ended: options.ended,
    makeView: createMakeView({ ...shared, status: status.value, sending: () => outbox.sending, history }),
    ...assembleCalls({
      ...shared,
      ...{ commands, outbox, history, shown, storePage },
      toAcknowledge: acknowledgements.request,
      own: { refresh: sync.refresh, logOut: leaving.logOut },
    }),
    onJoined: (tabId) => {
      tokens.tabJoined(tabId);
      // A page that was opened after the login had ended is somebody signing in again.
      connection.start();
      if (connection.facts().phase === 'waiting') connection.wake();
    },
    onLeft: (tabId) => {
      presence.leave(tabId);
      tokens.tabLeft(tabId);
    },
    onSignal,
    onPresent: presence.show,
    onToken: tokens.answer,
    onTimeline: ({ key }) => {
      eviction.opened(key);
      history.poke();
    },
    isConnected: () => connection.facts().phase === 'connected',
  });

  const route = (event: ServiceEvent): unknown => {
    switch (event.type) {
      case 'connected':
      case 'disconnected':
      case 'ended':
      case 'token-expiring':
      case 'token-expired':
        return connection.handle(event);
      default:
        if (event.type === 'muted') muted.tell(event.conversation, event.isMuted);
        // Most of what the service tells nobody wants to hear in its own words.
        if (event.type !== 'notice' || tabs.wants(event.notice.name)) intake.push(event);
        return intake.settled();
    }
  };

  const unsubscribe = service.subscribe(route);
  ledger.loaded.then(
    () => {
      tabs.announce({ type: 'loaded' });
      outbox.poke();
    },
    (error: unknown) => status.note({ storageError: SyncError.from(error) }),
  );
  connection.start();

  return {
    tabs,
    ready: ledger.headLoaded,
    async close() {
      unsubscribe();
      intake.close();
      // What waited there is not stored: nothing that still comes to its end may claim to follow it.
      continuity.restart();
      sync.close();
      for (const part of online) part.stop();
      tokens.close();
      eviction.close();
      await connection.close();
    },
    signOut: status.signOut,
  };
}
