import type { FromTab, ToTab } from '../../protocol/wire.ts';

type Numbered<T> = T extends unknown ? Omit<T, 'seq'> : never;

/** The worker's end of a tab's live port: numbers what is posted, and holds still while the tab must not be woken. */
export interface LivePort {
  /** Posts with the next number. While paused nothing is posted, and no number is used up. */
  post(message: Numbered<ToTab>): void;
  pause(): void;
  resume(): void;
  close(): void;
}

/** @param options.onMessage Called with what the tab posts, if it looks like a message of the protocol. */
export function openLivePort(options: { readonly port: MessagePort; readonly onMessage: (message: FromTab) => void }): LivePort {
  const { port } = options;
  let seq = 0;
  let isPaused = false;
  let isClosed = false;
  const listener = (event: MessageEvent): void => {
    const data: unknown = event.data;
    if (typeof data === 'object' && data !== null && 'type' in data) options.onMessage(data as FromTab);
  };
  port.addEventListener('message', listener);
  port.start();
  return {
    post(message) {
      if (isPaused || isClosed) return;
      seq += 1;
      port.postMessage({ ...message, seq });
    },
    pause: () => void (isPaused = true),
    resume: () => void (isPaused = false),
    close() {
      isClosed = true;
      port.removeEventListener('message', listener);
      port.close();
    },
  };
}
