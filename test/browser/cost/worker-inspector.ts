import type { Browser, CDPSession } from 'playwright-core';

/** The one SharedWorker of a browser, seen through the debugger. */
export interface WorkerInspector {
  /** Evaluates an expression in the worker. @returns Its value, awaited. */
  evaluate<T>(expression: string): Promise<T>;
  /** Collects the garbage. @returns What the worker's heap holds then. Unit: bytes. */
  heapBytes(): Promise<number>;
  close(): Promise<void>;
}

type Answer = { readonly id: number; readonly result?: unknown; readonly error?: { readonly message: string } };

/** @throws {Error} There is no SharedWorker, or more than one. */
export async function inspectWorker(browser: Browser): Promise<WorkerInspector> {
  const session: CDPSession = await browser.newBrowserCDPSession();
  const { targetInfos } = await session.send('Target.getTargets');
  const [worker, another] = targetInfos.filter(({ type }) => type === 'shared_worker');
  if (worker === undefined || another !== undefined) throw new Error('There is no SharedWorker, or more than one');
  // Not flat: the library's sessions cannot address a worker in any other way.
  const { sessionId } = await session.send('Target.attachToTarget', { targetId: worker.targetId, flatten: false });
  const waiting = new Map<number, (answer: Answer) => void>();
  let lastId = 0;
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const answer = JSON.parse(message) as Answer;
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });

  const send = async <T>(method: string, params: object = {}): Promise<T> => {
    const id = (lastId += 1);
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
    await session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) });
    const { result, error } = await answered;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result as T;
  };

  return {
    async evaluate<T>(expression: string) {
      const { result } = await send<{ readonly result: { readonly value: T } }>('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      return result.value;
    },
    async heapBytes() {
      // What the first collection lets finalizers free is gone with the second.
      for (let round = 0; round < 3; round += 1) await send('HeapProfiler.collectGarbage');
      return (await send<{ readonly usedSize: number }>('Runtime.getHeapUsage')).usedSize;
    },
    close: () => session.detach(),
  };
}
