/**
 * What of Comlink hands proxies over a port: no call of ours does (docs/decisions/0005), but as long as it is registered
 * neither `wrap` nor `expose` can be had without the other.
 */
const PROXIES = '["proxy", proxyTransferHandler],';

/**
 * Builds Comlink in, less its proxies: half a kilobyte, minified and gzipped, in every tab and in the engine.
 *
 * Can go when Comlink's caller can be imported alone.
 *
 * @returns {import('rollup').Plugin}
 */
export function comlinkWithoutProxies() {
  return {
    name: 'comlink-without-proxies',
    transform(code, id) {
      if (!id.endsWith('/comlink.mjs')) return null;
      if (!code.includes(PROXIES)) throw new Error('Comlink registers its proxies in another way now');
      return { code: code.replace(PROXIES, ''), map: null };
    },
  };
}
