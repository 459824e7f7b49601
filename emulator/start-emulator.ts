import { createControl } from './control.ts';
import { createElsewhere, type Elsewhere } from './elsewhere.ts';
import { createFaults, type Faults } from './faults.ts';
import { createJournal, type Journal } from './journal.ts';
import { listen } from './listen.ts';
import { createPolicies, type Policies } from './policies.ts';
import { seed, type SeedOptions } from './seed.ts';
import { seedStories } from './seed-stories.ts';
import { createUserActions, type UserActions } from './user-actions.ts';
import { serveSession } from './msync/session.ts';
import { sendPreflight } from './rest/answer.ts';
import { createServeRest } from './rest/serve-rest.ts';
import { type Service } from './rest/route.ts';
import { type DeviceSession, type KickReason } from './state/account.ts';
import { type ChatType } from './state/channel.ts';
import { createConversationActions } from './state/conversation-actions.ts';
import { createMessaging } from './state/messaging.ts';
import { thaw } from './state/publish.ts';
import { createReactions } from './state/reactions.ts';
import { createContacts } from './state/contacts.ts';
import { createPeople } from './state/people.ts';
import { createFiles, type StoredFile } from './state/files.ts';
import { type LiveGate } from './state/live-gate.ts';
import { createSilence } from './state/silence.ts';
import { createStateView, type StateView } from './state/view.ts';
import { createWorld } from './state/world.ts';

export type { Fault, Faults, FrameName, RestFault, RouteName, SocketFault } from './faults.ts';
export type { Journal, JournalEntry } from './journal.ts';
export type { Policies } from './policies.ts';
export type { SeedOptions } from './seed.ts';
export type { WriteOptions } from './user-actions.ts';
export type { ConversationRef, ConversationView, MessageView, StateView } from './state/view.ts';
export type { KickReason } from './state/account.ts';

export type EmulatorOptions = {
  /** 0, the default: any that is free. */
  readonly port?: number;
  readonly seed?: SeedOptions;
  readonly policies?: Partial<Policies>;
};

/** A local Easemob, in memory, on 127.0.0.1. `emulator/README.md` says what of it is known and what is assumed. */
export interface Emulator extends UserActions {
  /** For the SDK's `apiUrl`. */
  readonly apiUrl: string;
  /** For the SDK's `url`. */
  readonly socketUrl: string;
  readonly appKey: string;
  /** Live: what is assigned holds from the next request or frame on. */
  readonly policies: Policies;
  readonly faults: Faults;
  readonly journal: Journal;
  /** What of live delivery is lost, held back, reordered and repeated. */
  readonly live: LiveGate;
  readonly state: StateView;
  /** What was uploaded, in order. */
  files(): readonly StoredFile[];
  /** What the user does to a conversation on another device: `elsewhere('alice', ref).pin()`. */
  elsewhere(userId: string, conversation: { readonly id: string; readonly chatType: ChatType }): Elsewhere;
  /** Adds to what there is; see `SeedOptions`. */
  seed(options: SeedOptions): void;
  /** Creates the user if unknown. @param options `lifeMs` defaults to the policy `tokenLifeMs`. */
  issueToken(userId: string, options?: { readonly lifeMs?: number }): string;
  /** The token is refused from now on; sockets it opened stay open, as the service's do. */
  expireToken(token: string): void;
  /** Tells all the user's devices why and closes them. */
  kick(userId: string, reason: KickReason): void;
  /** Cuts sockets, of one user or of all. `halfOpen`: they stay open and are never answered again. */
  dropSockets(userId?: string, options?: { readonly halfOpen?: boolean }): void;
  /** Until thawed, the lists show nothing that happens from now on: no message, deletion, pin, mark or count. */
  freezeLists(): void;
  thawLists(): void;
  /** From now on every connection is cut and nothing is answered, REST neither. The port stays taken. */
  goOffline(): Promise<void>;
  goOnline(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts an emulator and seeds it.
 *
 * - A seed of more conversations than `conversationsPerUser` lifts that limit, unless it was given.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const now = Date.now;
  const appKey = options.seed?.appKey ?? 'moorage#demo';
  const policies = createPolicies(options.policies);
  const world = createWorld({ appKey, policies, now });
  const faults = createFaults();
  const journal = createJournal(now);
  const files = createFiles();
  const service: Service = {
    world,
    messaging: createMessaging(world),
    actions: createConversationActions(world),
    reactions: createReactions(world),
    silence: createSilence(world),
    contacts: createContacts(world),
    people: createPeople(world),
    files,
    apiUrl: () => emulator.apiUrl,
  };
  const serveRest = createServeRest({ service, faults, journal });

  function seedWorld(seedOptions: SeedOptions): void {
    const limit = policies.conversationsPerUser;
    const isGiven = options.policies?.conversationsPerUser !== undefined;
    if (!isGiven && limit !== null && (seedOptions.conversations ?? 0) > limit) policies.conversationsPerUser = null;
    seed(world, seedOptions);
    if (seedOptions.stories === true) seedStories(world, seedOptions);
  }

  function sessions(userId: string | undefined): DeviceSession[] {
    return [...world.accounts()]
      .filter((account) => userId === undefined || account.userId === userId)
      .flatMap((account) => [...account.devices.values()])
      .flatMap((device) => [...device.sessions]);
  }

  seedWorld(options.seed ?? {});
  const listener = await listen({
    port: options.port ?? 0,
    isControl: (path) => path.startsWith('/emulator'),
    onRequest(request, response) {
      if (request.method === 'OPTIONS') {
        sendPreflight(response);
        return Promise.resolve();
      }
      return (request.url ?? '').startsWith('/emulator') ? control(request, response) : serveRest(request, response);
    },
    onSocket: (socket) => serveSession(socket, { service, faults, journal }),
  });

  const userActions = createUserActions(service);
  const emulator: Emulator = {
    ...userActions,
    elsewhere: createElsewhere(service, userActions),
    live: world.live,
    apiUrl: `http://127.0.0.1:${listener.port}`,
    socketUrl: `ws://127.0.0.1:${listener.port}/websocket`,
    appKey,
    policies,
    faults,
    journal,
    state: createStateView(world),
    files: files.list,
    seed: seedWorld,
    issueToken(userId, { lifeMs } = {}) {
      world.account(userId);
      return world.tokens.issue(userId, lifeMs ?? policies.tokenLifeMs);
    },
    expireToken: (token) => world.tokens.expire(token),
    kick(userId, reason) {
      for (const session of sessions(userId)) session.kick(reason);
    },
    dropSockets(userId, { halfOpen } = {}) {
      for (const session of sessions(userId)) session.drop({ halfOpen: halfOpen === true });
    },
    freezeLists() {
      world.listFreeze.isFrozen = true;
    },
    thawLists: () => thaw(world),
    async goOffline() {
      listener.setAlive(false);
    },
    async goOnline() {
      listener.setAlive(true);
    },
    close: () => listener.close(),
  };
  const control = createControl(emulator);
  return emulator;
}
