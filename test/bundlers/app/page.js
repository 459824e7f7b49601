import { connect } from 'moorage';
import { account, show, token } from './show.js';

show(
  await connect({
    account,
    token,
    worker: (name) => new SharedWorker(new URL('./chat.worker.js', import.meta.url), { type: 'module', name }),
  }),
);
