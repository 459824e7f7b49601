import { SyncError } from '../../protocol/errors.ts';

/**
 * The two messages of Comlink 4.4.2 that a tab needs, written by hand: a call of an exposed function, and its return.
 *
 * The worker exposes its calls with Comlink itself. The tab does without it: `wrap` brings 1.6 kB of proxies, handlers and
 * `expose` into every page, loses answers of a proxy that was collected (comlink #692), and its promises must not be
 * waited for when the worker can die. To go when Comlink has a caller that can be imported without the rest; the
 * client's tests run against Comlink's own `expose`.
 *
 * @see docs/decisions/0005-comlink-messages-in-the-tab.md
 */
export function comlinkCall(id: number, method: string, args: readonly unknown[]): unknown {
  return { id, type: 'APPLY', path: [method], argumentList: args.map((value) => ({ type: 'RAW', value })) };
}

/** @returns What the function returned; a SyncError when it threw, or there is no such function: ours never throw. */
export function comlinkReturn(message: unknown): { readonly id: number; readonly value: unknown } {
  const { id, type, value } = message as { id: number; type: string; value: unknown };
  return { id, value: type === 'RAW' ? value : new SyncError('internal', 'the worker has no such call') };
}
