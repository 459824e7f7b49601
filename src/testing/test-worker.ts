import type { Account } from '../protocol/model.ts';
import { isRecord } from '../protocol/take.ts';
import type { Environment } from '../worker/environment.ts';
import type { EngineOptions } from '../worker/options.ts';
import { createReception } from '../worker/reception.ts';
import type { ChatService } from '../worker/service/chat-service.ts';
import type { FakeProcess } from './fake-process.ts';
import { gatePort, isPort } from './gated-port.ts';
import { gateService } from './gated-service.ts';

/** A worker of a test world, in a process that can be frozen and killed. */
export interface TestWorker {
  readonly process: FakeProcess;
  /** Serves what comes through this port. @param page The process at its other end. */
  serve(port: MessagePort, page: FakeProcess): void;
  /** Ports of tabs that are open. */
  ports(): number;
  /** Messages that have crossed a port so far, in both directions. */
  messages(): number;
  /** Ends every engine in an orderly way. */
  endEngines(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a worker. Its engines are made by the first hello. */
export function startTestWorker(options: {
  readonly process: FakeProcess;
  readonly environment: Environment;
  readonly service: (account: Account) => ChatService;
  readonly engine?: Partial<EngineOptions>;
}): TestWorker {
  const { process, environment, service, engine } = options;
  const reception = createReception({
    service: (account) => gateService(service(account), process.run),
    environment,
    ...(engine && { options: engine }),
  });
  const ports = new Set<MessagePort>();
  let messages = 0;

  const closeAll = (): void => {
    for (const port of ports) port.close();
    ports.clear();
  };
  process.onKilled(closeAll);

  const gate = (port: MessagePort, page: FakeProcess): MessagePort => {
    ports.add(port);
    port.addEventListener('close', () => void ports.delete(port));
    const count = (deliver: () => void) => (): void => {
      messages += 1;
      deliver();
    };
    return gatePort(port, {
      // What a page has posted before it was frozen is on its way.
      inward: (deliver) => void (page.isDead() || process.run(count(deliver))),
      outward: (deliver) => process.run(() => page.run(count(deliver))),
    });
  };

  /** With the ports that came with a hello gated: they die with the worker. */
  const gateTransferred = (data: unknown, page: FakeProcess): unknown =>
    isRecord(data) ? Object.fromEntries(Object.entries(data).map(([name, value]) => [name, isPort(value) ? gate(value, page) : value])) : data;

  return {
    process,
    serve(port, page) {
      const gated = gate(port, page);
      // The other ports are the engine's to close, when it learns of the death.
      page.onKilled(() => port.close());
      gated.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        reception.receive(gateTransferred(data, page), (reply) => gated.postMessage(reply));
      });
      gated.start();
    },
    ports: () => ports.size,
    messages: () => messages,
    endEngines: () => reception.close(),
    async close() {
      await reception.close();
      closeAll();
    },
  };
}
