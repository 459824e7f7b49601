import { type IncomingMessage, type ServerResponse } from 'node:http';
import { refuse, type RestAnswer } from './route.ts';
import { type RestFault } from '../faults.ts';

/** A page on another origin may read everything, `Retry-After` too. */
const corsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
  'access-control-allow-headers': '*, authorization, content-type, restrict-access',
  'access-control-expose-headers': 'retry-after',
  'access-control-max-age': '7200',
};

/**
 * Reads a request's body.
 *
 * @param faults Those that slow the reading, or cut it off.
 * @returns Undefined when it did not come whole: the connection is gone then.
 */
export async function readBytes(request: IncomingMessage, faults: readonly RestFault[]): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let taken = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      taken += chunk.length;
      for (const fault of faults) {
        if (fault.type === 'cut' && taken >= fault.afterBytes) request.socket.destroy();
        if (fault.type === 'slow') await new Promise((resolve) => setTimeout(resolve, (chunk.length / fault.bytesPerSecond) * 1000));
      }
    }
  } catch {
    // Cut, from this side or the other.
    return undefined;
  }
  return Buffer.concat(chunks);
}

/** The browser's question before a request to another origin. */
export function sendPreflight(response: ServerResponse): void {
  response.writeHead(204, corsHeaders).end();
}

export function sendAnswer(response: ServerResponse, answer: RestAnswer): void {
  const bytes = Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(JSON.stringify(answer.body));
  sendBytes(response, answer.status, { 'content-type': 'application/json', ...answer.headers }, bytes);
}

function sendBytes(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  bytes: Buffer,
): void {
  response.writeHead(status, { ...corsHeaders, 'content-length': String(bytes.length), ...headers }).end(bytes);
}

/** @param answer What would have been answered, if the fault lets the request take effect. */
export function sendBroken(response: ServerResponse, fault: RestFault, answer: RestAnswer | undefined): void {
  const whole = Buffer.from(JSON.stringify(answer?.body ?? {}));
  switch (fault.type) {
    case 'status':
      sendStatus(response, fault);
      return;
    case 'drop':
      response.destroy();
      return;
    case 'truncate':
      response.writeHead(200, {
        ...corsHeaders,
        'content-type': 'application/json',
        'content-length': String(whole.length),
      });
      response.write(whole.subarray(0, whole.length >> 1), () => response.destroy());
      return;
    case 'malformed':
      sendBytes(response, 200, { 'content-type': 'application/json' }, whole.subarray(0, whole.length >> 1));
      return;
    case 'hang':
    case 'latency':
    case 'hold':
    case 'slow':
    case 'cut':
      return;
  }
}

function sendStatus(response: ServerResponse, fault: Extract<RestFault, { type: 'status' }>): void {
  const retry: Record<string, string> =
    fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) };
  switch (fault.body ?? 'json') {
    case 'html': {
      const page = `<html><body><h1>${fault.status}</h1><hr>gateway</body></html>`;
      sendBytes(response, fault.status, { 'content-type': 'text/html', ...retry }, Buffer.from(page));
      return;
    }
    case 'empty':
      sendBytes(response, fault.status, retry, Buffer.alloc(0));
      return;
    case 'json': {
      const { body } = refuse(fault.status, 'emulated_fault', `status ${fault.status} on demand`);
      sendAnswer(response, { status: fault.status, headers: retry, body });
      return;
    }
  }
}
