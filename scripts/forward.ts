import { request as ask, type Server } from 'node:http';
import { connect } from 'node:net';
import type { FileHandler } from './serve-folder.ts';

/**
 * Puts a folder's files and another server behind one address: a request for a file gets the file, every other
 * request, and every WebSocket, goes on to `target`.
 *
 * - A target that cannot be reached is a 502, or a closed socket: what a gateway in front of a service does.
 *
 * @param server Server whose requests are answered; the caller listens and closes.
 * @param options.files Answers what it knows first.
 * @param options.target Base URL of the other server, e.g. `http://127.0.0.1:1234`.
 */
export function forward(server: Server, options: { readonly files: FileHandler; readonly target: string }): void {
  const { hostname, port } = new URL(options.target);

  server.on('request', (request, response) => {
    if (options.files(request, response)) return;
    const { method, url, headers } = request;
    const onward = ask({ hostname, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    onward.on('error', () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    });
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });

  server.on('upgrade', (request, socket, head) => {
    const onward = connect(Number(port), hostname, () => {
      const lines = [`${request.method} ${request.url} HTTP/1.1`];
      for (let i = 0; i < request.rawHeaders.length; i += 2) {
        lines.push(`${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}`);
      }
      onward.write(`${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    onward.on('close', () => socket.destroy());
    socket.on('error', () => onward.destroy());
    socket.on('close', () => onward.destroy());
  });
}
