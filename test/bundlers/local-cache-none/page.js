import { localCachePlugin } from 'moorage/local-cache';
import { start } from './start.js';

const { MiniCore, contactPlugin } = window;
await start({ MiniCore, contactPlugin, localCachePlugin });
