export { easemob } from './easemob.ts';
export type { EasemobOptions } from './easemob-service.ts';
