/**
 * `moorage/local-cache`: a drop-in for the SDK's `localCache` plugin.
 */
export { createLocalCachePlugin, type LocalCachePlugin } from './plugin.ts';
