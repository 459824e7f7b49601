/**
 * What of Comlink hands proxies over a port: no call of ours does (docs/decisions/0005), but as long as it is registered
 * neither `wrap` nor `expose` can be had without the other.
 */
const PROXIES = '["proxy", proxyTransferHandler],';

/** What `wrap` lets go its proxies by: only who wraps needs it, but bundlers cannot see that making it does nothing else. */
const FINALIZERS = '"FinalizationRegistry" in globalThis &&\n    new FinalizationRegistry(';
const PURE_FINALIZERS = 'typeof FinalizationRegistry === "function" &&\n    /*#__PURE__*/ new FinalizationRegistry(';

/**
 * Builds Comlink in, less its proxies: half a kilobyte, minified and gzipped, in every tab and in the engine. The engine, which only
 * exposes, has nothing of the caller's half.
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
      if (!code.includes(PROXIES) || !code.includes(FINALIZERS)) throw new Error('Comlink is written in another way now');
      return { code: code.replace(PROXIES, '').replace(FINALIZERS, PURE_FINALIZERS), map: null };
    },
  };
}
