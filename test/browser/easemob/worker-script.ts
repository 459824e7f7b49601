/**
 * The SharedWorker of the contract test: one ChatService of the real adapter, driven from the page by plain messages.
 */
import { recordedConsole } from './record-console.ts';
import { easemob } from 'moorage/easemob';
import { SyncError } from '../../../src/protocol/errors.ts';
import type { ChatService } from '../../../src/worker/service/chat-service.ts';
import type { FromWorker, ToWorker } from './remote-service.ts';

const scope = globalThis as unknown as { onconnect: ((event: MessageEvent) => void) | null };

scope.onconnect = ({ ports: [port] }) => {
  if (port === undefined) return;
  const post = (message: FromWorker): void => port.postMessage(message);
  let service: ChatService | undefined;

  async function answer(request: ToWorker): Promise<void> {
    try {
      if (request.type === 'make') {
        service = easemob(request.options)(request.account);
        service.subscribe((event) => {
          const { type } = event;
          post({ type: 'event', event: 'error' in event ? { ...event, type, error: event.error.toData() } : event });
        });
        post({ type: 'answer', call: request.call, outcome: { ok: true, value: undefined } });
        return;
      }
      if (request.type === 'console') {
        post({ type: 'answer', call: request.call, outcome: { ok: true, value: recordedConsole() } });
        return;
      }
      const method = service?.[request.method] as ((...args: readonly unknown[]) => unknown) | undefined;
      if (method === undefined) throw new Error(`no ${request.method}`);
      post({ type: 'answer', call: request.call, outcome: { ok: true, value: await method(...request.args) } });
    } catch (error) {
      post({ type: 'answer', call: request.call, outcome: { ok: false, error: SyncError.from(error).toData() } });
    }
  }

  port.onmessage = ({ data }: MessageEvent<ToWorker>) => void answer(data);
};
