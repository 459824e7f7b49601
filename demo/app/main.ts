import { registerApp } from 'moorage/service-worker';
import { createApp } from './app.ts';

const root = document.querySelector<HTMLElement>('#app');
if (root === null) throw new Error('the page has no #app');

const app = createApp(root);
void app.start();

// Without a service worker the messenger works as long as its page can be loaded.
void registerApp({ url: 'service.worker.js', onUpdateWaiting: (apply) => app.offerUpdate(apply) }).catch(() => undefined);
