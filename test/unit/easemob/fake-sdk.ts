import type { CreateSdk, SdkConnection, SdkHandlers, SdkOptions, SdkOutgoing } from '../../../src/worker/service/easemob/sdk-types.ts';

type Answer = () => Promise<unknown>;

/** An SDK without a network: what it is asked is noted, what it answers and tells is the test's. */
export interface FakeSdk {
  readonly createSdk: CreateSdk;
  /** Every instance made, in order. */
  readonly made: readonly FakeSdkInstance[];
  readonly latest: () => FakeSdkInstance;
}

export interface FakeSdkInstance {
  readonly options: SdkOptions;
  readonly sdk: SdkConnection;
  /** Names of what was called, in order. */
  readonly calls: string[];
  /** Arguments of the last call of a name. */
  readonly asked: Map<string, unknown>;
  /** What a call answers from now on; without one it resolves with an empty object. */
  readonly answers: Map<string, Answer>;
  isOpen: boolean;
  isClosed: boolean;
  /** Calls the handler of an event, as the SDK would. */
  tell(event: string, payload?: unknown): void;
}

function createInstance(options: SdkOptions): FakeSdkInstance {
  const handlers = new Map<string, SdkHandlers>();
  const calls: string[] = [];
  const asked = new Map<string, unknown>();
  const answers = new Map<string, Answer>();

  const call =
    (name: string) =>
    (argument?: unknown): Promise<unknown> => {
      calls.push(name);
      asked.set(name, argument);
      return (answers.get(name) ?? (() => Promise.resolve({})))();
    };

  let ids = 0;
  const instance: FakeSdkInstance = {
    options,
    calls,
    asked,
    answers,
    isOpen: false,
    isClosed: false,
    tell: (event, payload) => handlers.forEach((handler) => handler[event]?.(payload)),
    sdk: {
      contact: {
        getServerConversations: call('getServerConversations'),
        getServerPinnedConversations: call('getServerPinnedConversations'),
        getConversationlist: call('getConversationlist'),
        getHistoryMessages: call('getHistoryMessages'),
        removeHistoryMessages: call('removeHistoryMessages'),
        deleteConversation: call('deleteConversation'),
        pinConversation: call('pinConversation'),
        addConversationMark: call('addConversationMark'),
        removeConversationMark: call('removeConversationMark'),
        recallMessage: call('recallMessage'),
        modifyMessage: call('modifyMessage'),
        addReaction: call('addReaction'),
        deleteReaction: call('deleteReaction'),
        pinMessage: call('pinMessage'),
        unpinMessage: call('unpinMessage'),
      },
      silent: { getSilentModeRemindTypeConversations: call('getSilentModeRemindTypeConversations') },
      Message: { create: (fields) => ({ ...fields, id: String((ids += 1)) }) satisfies SdkOutgoing },
      logger: { setLevel: (level) => calls.push(`log ${level}`) },
      dataReport: { setIsCollectDt: () => undefined, setIsReportDt: () => undefined },
      open: call('open'),
      renewToken: call('renewToken'),
      send: call('send'),
      isOpened: () => instance.isOpen,
      getChatFilesUrl: () => 'http://rest/org/app/chatfiles',
      close: () => {
        calls.push('close');
        instance.isOpen = false;
        instance.isClosed = true;
      },
      onShow: () => void calls.push('onShow'),
      reconnect: () => void calls.push('reconnect'),
      connectMSync: call('connectMSync'),
      clearTokenTimeout: () => void calls.push('clearTokenTimeout'),
      addEventHandler: (id, handler) => void handlers.set(id, handler),
      removeEventHandler: (id) => void handlers.delete(id),
      root: { lookup: () => ({ decode: () => ({}) }) },
      mSync: { encodeChatMsg: (message) => new TextEncoder().encode(JSON.stringify(message)) },
      _queues: [{ name: 'stuck' }],
      _load_msg_cache: [],
      times: 9,
      token: 'old',
      context: { accessToken: 'old' },
    },
  };
  answers.set('open', () => {
    instance.isOpen = true;
    instance.tell('onConnected');
    return Promise.resolve({});
  });
  return instance;
}

export function createFakeSdk(): FakeSdk {
  const made: FakeSdkInstance[] = [];
  return {
    made,
    createSdk: (options) => {
      const instance = createInstance(options);
      made.push(instance);
      return instance.sdk;
    },
    latest: () => {
      const instance = made.at(-1);
      if (instance === undefined) throw new Error('no SDK was made');
      return instance;
    },
  };
}
