import { createHost } from './sdk-host.ts';

Object.assign(globalThis, { sdkHost: createHost() });
