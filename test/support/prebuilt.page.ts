import { connect } from 'moorage';

declare global {
  interface Window {
    /** Connects to the prebuilt worker script, without a network. @returns What the SDK's names then answer. */
    useBuiltWorker(): Promise<{ readonly status: string; readonly local: number | undefined; readonly refused: string }>;
  }
}

window.useBuiltWorker = async () => {
  const chat = await connect({
    account: { appKey: 'org#app', userId: 'alice' },
    token: () => Promise.reject(new Error('there is no network')),
    worker: (name) => new SharedWorker('/easemob.shared-worker.js', { name }),
  });
  const status = await new Promise<string>((resolve) => chat.status.subscribe(({ type }) => resolve(type)));
  const local = await chat.localCache.getLocalConversations();
  const refused = await chat.contact
    .getHistoryMessages({ targetId: '', chatType: 'singleChat' })
    .then(() => 'accepted', (error: { readonly details: { readonly parameter: string } }) => error.details.parameter);
  return { status, local: local.data?.length, refused };
};
