/** A part of the page. */
export interface View {
  readonly element: HTMLElement;
  /** Ends its subscriptions and listeners. The element is its owner's to remove. Idempotent. */
  close(): void;
}

/** What a part of the page has to undo when it goes. */
export interface Cleanup {
  /** For `addEventListener(…, { signal })`. */
  readonly signal: AbortSignal;
  add(...undo: readonly (() => void)[]): void;
  run(): void;
}

/** @returns A list of things to undo, run at most once. */
export function createCleanup(): Cleanup {
  const controller = new AbortController();
  const undos: (() => void)[] = [];
  return {
    signal: controller.signal,
    add: (...undo) => void undos.push(...undo),
    run() {
      controller.abort();
      for (const undo of undos.splice(0)) undo();
    },
  };
}

/** @returns A function that runs `work` once before the next frame is painted, however often it is called until then. */
export function oncePerFrame(work: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      work();
    });
  };
}
