/** What a page or a worker did with ports and timers so far; counted from before its own first line on. */
export type CallCounts = {
  /** Messages posted through a port. */
  readonly posted: number;
  /** Ports started, and ports closed. */
  readonly started: number;
  readonly closed: number;
  /** In a SharedWorker: pages that have connected. */
  readonly connects: number;
  /** Timers that are set. */
  readonly timers: number;
  /** Timers that have fired. */
  readonly fired: number;
};

declare global {
  var callCounts: () => CallCounts;
}

const counts = { posted: 0, started: 0, closed: 0, connects: 0, fired: 0 };
const timers = new Set<number>();

const { postMessage, start, close } = MessagePort.prototype;
Object.assign(MessagePort.prototype, {
  postMessage(this: MessagePort, ...args: Parameters<typeof postMessage>) {
    counts.posted += 1;
    return postMessage.apply(this, args);
  },
  start(this: MessagePort) {
    counts.started += 1;
    return start.call(this);
  },
  close(this: MessagePort) {
    counts.closed += 1;
    return close.call(this);
  },
});

const { setTimeout: set, clearTimeout: clear } = globalThis;
Object.assign(globalThis, {
  setTimeout(callback: () => void, delayMs?: number) {
    const timer = set(() => {
      timers.delete(timer);
      counts.fired += 1;
      callback();
    }, delayMs) as unknown as number;
    timers.add(timer);
    return timer;
  },
  clearTimeout(timer: number) {
    timers.delete(timer);
    clear(timer);
  },
});

addEventListener('connect', () => (counts.connects += 1));
globalThis.callCounts = () => ({ ...counts, timers: timers.size });
