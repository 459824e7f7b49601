import './window-shim.ts';
import { createHost, type HostRequest } from './sdk-host.ts';

const host = createHost();

self.addEventListener('connect', (event) => {
  const port = (event as MessageEvent).ports[0];
  if (port === undefined) return;
  port.onmessage = ({ data }: MessageEvent<{ readonly id: number; readonly request: HostRequest }>) => {
    void host(data.request).then((answer) => port.postMessage({ id: data.id, answer }));
  };
});
