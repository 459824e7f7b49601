/**
 * `moorage/local-cache`: a drop-in for the SDK's `localCache` plugin.
 */
export { createLocalCachePlugin, localCachePlugin, type LocalCachePlugin } from './plugin.ts';
