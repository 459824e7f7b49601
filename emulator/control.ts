import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Fault } from './faults.ts';
import { listRoutes, type JournalEntry, type JournalKind } from './journal.ts';
import { type WriteOptions } from './user-actions.ts';
import { readBytes, sendAnswer } from './rest/answer.ts';
import { type RestAnswer } from './rest/route.ts';
import { type KickReason } from './state/account.ts';
import { type ChatType } from './state/channel.ts';
import { liveKinds, type LiveKind } from './state/live-gate.ts';
import { type Emulator } from './start-emulator.ts';

type Body = Readonly<Record<string, unknown>>;
type Command = (body: Body, query: URLSearchParams) => object | undefined;

/**
 * The emulator's programmatic face over HTTP, under `/emulator/`, for pages and for tests in another process. JSON in
 * and out; what the emulator refuses is a 400 with `{ error }`. It works while the emulator plays dead.
 */
export function createControl(
  emulator: Emulator,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const commands: Readonly<Record<string, Command>> = {
    'GET ': () => ({ apiUrl: emulator.apiUrl, socketUrl: emulator.socketUrl, appKey: emulator.appKey }),
    'GET accounts': () => emulator.state.accounts(),
    'GET token': (_, query) => Buffer.from(emulator.issueToken(userOf(query), lifeOf(query))),
    'GET conversations': (_, query) => emulator.state.conversations(userOf(query)),
    'GET history': (_, query) => emulator.state.history(userOf(query), query.get('conversation') ?? ''),
    'GET policies': () => emulator.policies,
    'POST policies': (body) => changePolicies(emulator, body),
    'GET faults': () => emulator.faults.list(),
    'POST faults': (body) => void emulator.faults.add(body as Fault),
    'DELETE faults': () => void emulator.faults.clear(),
    'GET journal': (_, query) => ({
      logins: emulator.journal.logins(query.get('user') ?? undefined),
      requests: emulator.journal.requests(query.get('name') ?? undefined, query.get('user') ?? undefined),
      listCallsPerMinute: emulator.journal.peak(listRoutes, query.get('user') ?? undefined),
      entries: emulator.journal.entries(journalFilter(query)),
    }),
    'DELETE journal': () => void emulator.journal.reset(),
    'GET live': () => ({ held: emulator.live.held() }),
    'POST live': (body) => stopLive(emulator, body),
    'DELETE live': () => void emulator.live.clear(),
    'POST release': (body) => ({ released: emulator.live.release(body) }),
    'POST freeze-lists': () => void emulator.freezeLists(),
    'POST thaw-lists': () => void emulator.thawLists(),
    'POST damage': (body) => void emulator.damage(body as Parameters<Emulator['damage']>[0]),
    'POST write-while-away': (body) => ({
      ids: emulator.writeWhileAway(body as Parameters<Emulator['writeWhileAway']>[0]),
    }),
    'POST seed': (body) => void emulator.seed(body),
    'POST group': (body) => void emulator.setGroup(String(body['id']), body['members'] as string[]),
    'POST write': (body) => emulator.write(body as WriteOptions),
    'POST recall': (body) => void emulator.recall({ messageId: String(body['messageId']) }),
    'POST edit': (body) => void emulator.edit({ messageId: String(body['messageId']), text: String(body['text']) }),
    'POST react': (body) => void emulator.react(body as Parameters<Emulator['react']>[0]),
    'POST pin-message': (body) => void emulator.pinMessage(body as Parameters<Emulator['pinMessage']>[0]),
    'POST contact': (body) => void emulator.contact(body as Parameters<Emulator['contact']>[0]),
    'POST block': (body) => void emulator.block(body as Parameters<Emulator['block']>[0]),
    'GET person': (_, query) => emulator.state.person(userOf(query)),
    'POST elsewhere': (body) => actElsewhere(emulator, body),
    'POST silence': (body) => void emulator.silence(body as Parameters<Emulator['silence']>[0]),
    'POST acknowledge-message': (body) =>
      void emulator.acknowledgeMessage(body as Parameters<Emulator['acknowledgeMessage']>[0]),
    'POST acknowledge-channel': (body) =>
      void emulator.acknowledgeChannel(String(body['from']), String(body['to']), body['chatType'] as ChatType),
    'POST kick': (body) => void emulator.kick(String(body['userId']), (body['reason'] ?? 'kicked') as KickReason),
    'POST drop-sockets': (body) =>
      void emulator.dropSockets(body['userId'] as string | undefined, { halfOpen: body['halfOpen'] === true }),
    'POST offline': () => void emulator.goOffline(),
    'POST online': () => void emulator.goOnline(),
    'POST expire-token': (body) => void emulator.expireToken(String(body['token'])),
  };

  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://emulator');
    const bytes = await readBytes(request, []);
    if (bytes === undefined) return;
    const command = commands[`${request.method ?? 'GET'} ${url.pathname.split('/')[2] ?? ''}`];
    sendAnswer(response, run(command, bytes, url.searchParams));
  };
}

function run(command: Command | undefined, bytes: Buffer, query: URLSearchParams): RestAnswer {
  if (command === undefined) return { status: 404, body: { error: 'no such command' } };
  try {
    const body = bytes.length === 0 ? {} : (JSON.parse(bytes.toString('utf8')) as Body);
    const result = command(body, query) ?? {};
    const headers = Buffer.isBuffer(result) ? { 'content-type': 'text/plain' } : {};
    return { status: 200, headers: { 'cache-control': 'no-store', ...headers }, body: result };
  } catch (error) {
    return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}

function userOf(query: URLSearchParams): string {
  const user = query.get('user');
  if (user === null || user === '') throw new TypeError('user is missing');
  return user;
}

function lifeOf(query: URLSearchParams): { readonly lifeMs?: number } {
  const lifeMs = query.get('lifeMs');
  return lifeMs === null ? {} : { lifeMs: Number(lifeMs) };
}

function journalFilter(query: URLSearchParams): Partial<Pick<JournalEntry, 'kind' | 'name' | 'userId'>> {
  const kind = query.get('kind');
  const name = query.get('name');
  const userId = query.get('user');
  return {
    ...(kind === null ? {} : { kind: kind as JournalKind }),
    ...(name === null ? {} : { name }),
    ...(userId === null ? {} : { userId }),
  };
}

function stopLive(emulator: Emulator, { act, times, ...filter }: Body): undefined {
  const kinds = (filter['kinds'] ?? []) as readonly LiveKind[];
  if (kinds.some((kind) => !liveKinds.includes(kind))) throw new TypeError('kinds: no such kind of delivery');
  if (act === 'lose') emulator.live.lose(filter, typeof times === 'number' ? { times } : {});
  else if (act === 'hold') emulator.live.hold(filter);
  else throw new TypeError('act: lose or hold');
  return undefined;
}

function actElsewhere(emulator: Emulator, body: Body): undefined {
  const conversation = { id: String(body['conversationId']), chatType: body['chatType'] as ChatType };
  const device = emulator.elsewhere(String(body['userId']), conversation);
  switch (body['act']) {
    case 'read':
      return void device.read();
    case 'remove':
      return void device.remove(body);
    case 'remove-messages':
      return void device.removeMessages(body['messageIds'] as string[]);
    case 'pin':
      return void device.pin();
    case 'unpin':
      return void device.unpin();
    case 'mark':
      return void device.mark(Number(body['mark']), body);
    default:
      throw new TypeError('act: read, remove, remove-messages, pin, unpin or mark');
  }
}

function changePolicies(emulator: Emulator, changes: Body): object {
  for (const name of Object.keys(changes)) {
    if (!(name in emulator.policies)) throw new TypeError(`no such policy: ${name}`);
  }
  return Object.assign(emulator.policies, changes);
}
