import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { forward } from '../../../scripts/forward.ts';
import { serveFolder } from '../../../scripts/serve-folder.ts';

let dir: string;
let behind: Server;
let front: Server;
let address: string;

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });

const close = (server: Server): Promise<unknown> => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
};

/** Asks with the path exactly as written: fetch would tidy it first. */
const askRaw = (rawPath: string): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(address);
    request({ hostname, port, path: rawPath }, (answer) => {
      let body = '';
      answer.on('data', (chunk) => (body += String(chunk)));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'serve-'));
  mkdirSync(path.join(dir, 'site', 'sub'), { recursive: true });
  writeFileSync(path.join(dir, 'secret.txt'), 'secret');
  writeFileSync(path.join(dir, 'site', 'index.html'), '<h1>hello</h1>');
  writeFileSync(path.join(dir, 'site', 'sub', 'a b.js'), 'export {};');
  behind = createServer((asked, answer) => {
    answer.writeHead(201, { 'x-behind': 'yes' });
    asked.pipe(answer);
  });
  new WebSocketServer({ server: behind }).on('connection', (socket) => {
    socket.on('message', (data: Buffer) => socket.send(`echo ${data.toString()}`));
  });
  front = createServer();
  forward(front, { files: serveFolder(path.join(dir, 'site')), target: await listen(behind) });
  address = await listen(front);
});

afterEach(async () => {
  await close(front);
  await close(behind);
  rmSync(dir, { recursive: true });
});

test('a file of the folder is served with its type, and / is index.html', async () => {
  const page = await fetch(`${address}/?lang=zh`);
  expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
    200,
    'text/html; charset=utf-8',
    '<h1>hello</h1>',
  ]);
  const script = await fetch(`${address}/sub/a%20b.js`, { method: 'HEAD' });
  expect([script.headers.get('content-type'), script.headers.get('content-length')]).toEqual([
    'text/javascript; charset=utf-8',
    '10',
  ]);
});

test('nothing outside the folder is served, however it is written', async () => {
  for (const asked of ['/../secret.txt', '/..%2fsecret.txt', '/sub/..%2f..%2fsecret.txt', '/%00', '/%ff', '/sub']) {
    const { status, body } = await askRaw(asked);
    expect([asked, status, body]).toEqual([asked, 201, '']);
  }
});

test('every other request goes on to the server behind, with its body', async () => {
  const answer = await fetch(`${address}/index.html`, { method: 'POST', body: 'written' });
  expect([answer.status, answer.headers.get('x-behind'), await answer.text()]).toEqual([201, 'yes', 'written']);
});

test('a WebSocket goes on to the server behind', async () => {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/websocket`);
  const answer = await new Promise((resolve, reject) => {
    socket.on('open', () => socket.send('hi'));
    socket.on('message', (data: Buffer) => resolve(data.toString()));
    socket.on('error', reject);
  });
  socket.terminate();
  expect(answer).toBe('echo hi');
});

test('a server behind that is gone is a 502', async () => {
  await close(behind);
  expect((await fetch(`${address}/rest`)).status).toBe(502);
});
