import MiniCore from 'easemob-websdk/miniCore/miniCore.js';
import contactPlugin from 'easemob-websdk/contact/contact.js';
import { localCachePlugin } from 'moorage/local-cache';
import { start } from './start.js';

await start({ MiniCore, contactPlugin, localCachePlugin });
