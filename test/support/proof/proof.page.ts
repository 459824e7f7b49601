import { connect, SyncError, type Chat, type ConversationRef, type LiveQuery, type Timeline } from 'moorage';
import { registerApp } from 'moorage/service-worker';
import type { Ending, ProofPage, Shown, ShownMessage } from './contract.ts';

const parameters = new URLSearchParams(location.search);
const userId = parameters.get('user') ?? '';
const { appKey } = proofConfig;

/** Asked of the page's own server: it is gone when the network is. */
async function fetchToken(): Promise<string> {
  const response = await fetch(`/token?${new URLSearchParams({ user: userId }).toString()}`);
  if (!response.ok) throw new Error(`no token: ${response.status}`);
  return response.text();
}

function watch<T>(query: LiveQuery<T>): LiveQuery<T> {
  query.subscribe(() => undefined);
  return query;
}

function textOf(message: { readonly [field: string]: unknown } | null): string {
  return typeof message?.['msg'] === 'string' ? message['msg'] : '';
}

function show(chat: Chat): () => Shown {
  const conversations = watch(chat.conversations());
  const unread = watch(chat.unread);
  const status = watch(chat.status);
  return () => ({
    status: status.value,
    unread: unread.value,
    rows: (conversations.value?.rows ?? []).map((row) => ({
      key: `${row.conversationType}:${row.conversationId}`,
      unread: row.unReadCount,
      text: textOf(row.lastMessage),
    })),
  });
}

function refOf(key: string): ConversationRef {
  const colon = key.indexOf(':');
  return { conversationType: key.slice(0, colon) as ConversationRef['conversationType'], conversationId: key.slice(colon + 1) };
}

function showTimelines(chat: Chat): ProofPage['timeline'] {
  const timelines = new Map<string, Timeline>();
  return (key) => {
    const timeline = timelines.get(key) ?? chat.timeline(refOf(key));
    if (!timelines.has(key)) watch(timeline);
    timelines.set(key, timeline);
    const messages: ShownMessage[] = (timeline.value?.items ?? []).flatMap((item) =>
      item.type === 'hole' ? [] : [{ id: item.message.id, text: textOf(item.message), state: item.state.type }],
    );
    return { isLoading: timeline.value?.state.isLoading ?? true, messages };
  };
}

function codeOf(error: unknown): string {
  return error instanceof SyncError ? error.code : 'not-a-sync-error';
}

function later<T>(): { get: () => T; set: (value: T) => void } {
  let kept: T | undefined;
  return {
    get: () => {
      if (kept === undefined) throw new Error('not connected yet');
      return kept;
    },
    set: (value) => {
      kept = value;
    },
  };
}

function createProofPage(): ProofPage {
  const chat = later<Chat>();
  const shown = later<() => Shown>();
  const timeline = later<ProofPage['timeline']>();
  const endings: Record<string, Ending | undefined> = {};

  const connected = connect({
    account: { appKey, userId },
    token: fetchToken,
    worker: (name) => new SharedWorker('/worker.js', { name }),
  }).then((opened) => {
    chat.set(opened);
    shown.set(show(opened));
    timeline.set(showTimelines(opened));
  });

  return {
    connected,
    chat: chat.get,
    shown: () => shown.get()(),
    timeline: (key) => timeline.get()(key),
    begin: (name, call) => {
      endings[name] = undefined;
      call(chat.get()).then(
        () => (endings[name] = { ok: true }),
        (error: unknown) => (endings[name] = { ok: false, code: codeOf(error) }),
      );
    },
    endings: () => ({ ...endings }),
  };
}

window.proof = createProofPage();
if (parameters.has('app')) void registerApp({ url: '/service-worker.js' });
