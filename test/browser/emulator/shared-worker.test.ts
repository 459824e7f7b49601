import { emulatorContract } from './contract.ts';

emulatorContract('SharedWorker');
