import { connect, type Chat } from 'moorage';

/** One connection for the page, made outside every component: it outlives them all. */
export function connectChat(): Promise<Chat> {
  return connect({
    account: { appKey: 'org#app', userId: 'alice' },
    token: () => fetch('/chat-token').then((response) => response.text()),
    worker: (name) => new SharedWorker(new URL('./chat.worker.ts', import.meta.url), { type: 'module', name }),
  });
}
