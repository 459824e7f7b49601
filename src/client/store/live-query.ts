/**
 * A value that is kept up to date by the worker.
 *
 * - Both members can be taken off and handed on: `useSyncExternalStore(query.subscribe, () => query.value)`.
 * - `value` is the same object until something changed; rows that did not change stay the same objects.
 * - It lingers for a second after its last subscriber has left, so that whoever shows it next shows it at once.
 */
export interface LiveQuery<T> {
  /** Undefined until it is known. Known, and kept up to date, only while somebody is subscribed, and a second longer. */
  readonly value: T | undefined;
  /**
   * Calls the listener at once when the value is known, and after each change.
   *
   * - A listener that throws disturbs nobody else; its error is reported like an uncaught one.
   *
   * @returns Ends the subscription. Calling it again does nothing.
   */
  readonly subscribe: (listener: (value: T) => void) => () => void;
}
