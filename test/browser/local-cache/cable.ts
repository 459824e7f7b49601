import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to the service that one tab uses alone, so that this tab alone can be cut off. */
export interface Cable {
  readonly port: number;
  /** Cuts what is open and refuses what comes. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** @param port Where the service listens on this machine. */
export async function layCable(port: number): Promise<Cable> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((here) => {
    if (isCut) return void here.destroy();
    const there = connect(port, '127.0.0.1');
    for (const [from, to] of [[here, there], [there, here]] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cutAll = (): void => [...sockets].forEach((socket) => socket.destroy());
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true;
      cutAll();
    },
    mend() {
      isCut = false;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cutAll();
      }),
  };
}
