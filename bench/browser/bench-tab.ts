import { setTimeout as delay } from 'node:timers/promises';
import type { Cdp } from './cdp.ts';

/** How long a page may take to load. Unit: ms. */
const LOAD_TIMEOUT_MS = 30_000;

type Asynchronous = (...args: never[]) => Promise<unknown>;

/** The methods of a page by name. */
type Methods<Page> = { [Method in keyof Page]: Page[Method] extends Asynchronous ? Page[Method] : never };

/** One open page of the benchmark. */
export interface BenchTab<Page> {
  /** Calls a method of the page's `window.bench`. @throws {Error} What it threw there. */
  call<Method extends keyof Page & string>(
    method: Method,
    ...args: Parameters<Methods<Page>[Method]>
  ): Promise<Awaited<ReturnType<Methods<Page>[Method]>>>;
  close(): Promise<void>;
}

type Evaluation = {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } };
};

async function evaluate(cdp: Cdp, sessionId: string, expression: string): Promise<unknown> {
  const params = { expression, awaitPromise: true, returnByValue: true };
  const { result, exceptionDetails } = (await cdp.send('Runtime.evaluate', params, sessionId)) as Evaluation;
  if (exceptionDetails !== undefined) {
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  }
  return result.value;
}

/** Opens a page and waits until its script has run. */
export async function openBenchTab<Page>(cdp: Cdp, url: string): Promise<BenchTab<Page>> {
  const { targetId } = await cdp.send('Target.createTarget', { url });
  const attached = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
  const sessionId = String(attached['sessionId']);
  const isReady = () => evaluate(cdp, sessionId, 'window.bench !== undefined').catch(() => false);
  for (const deadline = Date.now() + LOAD_TIMEOUT_MS; !(await isReady()); await delay(20)) {
    if (Date.now() > deadline) throw new Error(`${url} did not load`);
  }
  const call: BenchTab<Page>['call'] = async (method, ...args) => {
    const list = args.map((arg) => JSON.stringify(arg)).join(', ');
    return (await evaluate(cdp, sessionId, `window.bench.${method}(${list})`)) as never;
  };
  return {
    call,
    close: async () => {
      await cdp.send('Target.closeTarget', { targetId });
    },
  };
}
