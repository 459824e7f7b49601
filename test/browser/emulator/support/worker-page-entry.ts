import { type HostAnswer, type HostRequest } from './sdk-host.ts';

const { port } = new SharedWorker('/worker.js', { name: 'sdk' });
const waiting = new Map<number, (answer: HostAnswer) => void>();
let lastId = 0;

port.onmessage = ({ data }: MessageEvent<{ readonly id: number; readonly answer: HostAnswer }>) => {
  waiting.get(data.id)?.(data.answer);
  waiting.delete(data.id);
};

Object.assign(globalThis, {
  sdkHost: (request: HostRequest) =>
    new Promise<HostAnswer>((resolve) => {
      lastId += 1;
      waiting.set(lastId, resolve);
      port.postMessage({ id: lastId, request });
    }),
});
