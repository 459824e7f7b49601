/**
 * Makes the SDK take a worker for a browser. Imported for its effect, before the SDK: ES imports run in order, and the
 * SDK looks for `window` while it is evaluated and again at run time. Without it the SDK believes it is in Node, and
 * every REST call rejects.
 *
 * Removal: when the SDK finds out by itself that a worker has `WebSocket` and `XMLHttpRequest` (checked with 4.21.1).
 */
if (!('window' in globalThis)) Object.defineProperty(globalThis, 'window', { value: globalThis });
