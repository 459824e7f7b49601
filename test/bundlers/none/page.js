import { connect } from './moorage.js';
import { account, show, token } from './show.js';

const { workerAddress } = document.body.dataset;
show(await connect({ account, token, worker: (name) => new SharedWorker(workerAddress, { name }) }));
