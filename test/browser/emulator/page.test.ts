import { emulatorContract } from './contract.ts';

emulatorContract('page');
