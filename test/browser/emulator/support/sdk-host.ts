import websdk from 'easemob-websdk';

/** One thing a test asks of the SDK, wherever it runs. */
export type HostRequest =
  | { readonly op: 'create'; readonly name: string; readonly options: object }
  | { readonly op: 'call'; readonly name: string; readonly method: string; readonly args: readonly unknown[] }
  | { readonly op: 'send'; readonly name: string; readonly message: object; readonly fields?: object }
  | { readonly op: 'send-file'; readonly name: string; readonly message: object; readonly content: string }
  | { readonly op: 'events'; readonly name: string }
  | { readonly op: 'close-all' };

/** `value` must survive structured cloning and JSON; `error` is what the SDK rejected or threw with. */
export type HostAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: { readonly type: unknown; readonly message: string } };

export type HostEvent = { readonly event: string; readonly data: unknown };

const eventNames = [
  'onConnected',
  'onDisconnected',
  'onReconnecting',
  'onError',
  'onTokenWillExpire',
  'onTokenExpired',
  'onTextMessage',
  'onImageMessage',
  'onAudioMessage',
  'onVideoMessage',
  'onFileMessage',
  'onLocationMessage',
  'onCustomMessage',
  'onCombineMessage',
  'onCmdMessage',
  'onMessage',
  'onRecallMessage',
  'onModifiedMessage',
  'onReceivedMessage',
  'onDeliveredMessage',
  'onReadMessage',
  'onChannelMessage',
  'onMultiDeviceEvent',
  'onMessagePinEvent',
  'onReactionChange',
  'onOfflineMessageSyncStart',
  'onOfflineMessageSyncFinish',
] as const;

type SdkConnection = Record<string, (...args: readonly unknown[]) => unknown>;
type SdkDoor = {
  connection: new (options: object) => SdkConnection;
  message: { create(options: object): object };
  logger: { setConsoleLogVisibility(visible: boolean): void };
};

/** Runs the SDK for a test: creates connections, calls their methods, and keeps what they dispatch. */
export function createHost(): (request: HostRequest) => Promise<HostAnswer> {
  const door = websdk as unknown as SdkDoor;
  const connections = new Map<string, { readonly connection: SdkConnection; readonly events: HostEvent[] }>();

  function create(name: string, options: object): void {
    const connection = new door.connection({ isHttpDNS: false, ...options });
    door.logger.setConsoleLogVisibility(false);
    const events: HostEvent[] = [];
    const handlers = eventNames.map((event) => [event, (data: unknown) => events.push({ event, data: plain(data) })]);
    connection['addEventHandler']?.('test', Object.fromEntries(handlers));
    connections.set(name, { connection, events });
  }

  function find(name: string): { readonly connection: SdkConnection; readonly events: HostEvent[] } {
    const found = connections.get(name);
    if (found === undefined) throw new Error(`no connection ${name}`);
    return found;
  }

  async function act(request: HostRequest): Promise<unknown> {
    switch (request.op) {
      case 'create':
        create(request.name, request.options);
        return null;
      case 'call': {
        const { connection } = find(request.name);
        const method = connection[request.method];
        if (typeof method !== 'function') throw new TypeError(`the SDK has no ${request.method}`);
        return method.apply(connection, [...request.args]);
      }
      case 'send': {
        const message = Object.assign(door.message.create(request.message), request.fields);
        return find(request.name).connection['send']?.(message);
      }
      case 'send-file': {
        const data = new File([request.content], 'cargo.txt', { type: 'text/plain' });
        const file = { data, filename: data.name, filetype: 'txt', url: '' };
        return find(request.name).connection['send']?.(door.message.create({ ...request.message, file }));
      }
      case 'events':
        return find(request.name).events;
      case 'close-all':
        for (const { connection } of connections.values()) connection['close']?.();
        connections.clear();
        return null;
    }
  }

  return async (request) => {
    try {
      return { ok: true, value: plain(await act(request)) };
    } catch (error) {
      const { type, message } = error as { type?: unknown; message?: unknown };
      return { ok: false, error: { type: type ?? null, message: String(message ?? error) } };
    }
  };
}

function plain(value: unknown): unknown {
  try {
    return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown);
  } catch {
    return null;
  }
}
