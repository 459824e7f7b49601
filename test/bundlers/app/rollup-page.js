import { connect } from 'moorage';
import { account, show, token } from './show.js';

show(await connect({ account, token, worker: (name) => new SharedWorker('/chat.worker.js', { type: 'module', name }) }));
