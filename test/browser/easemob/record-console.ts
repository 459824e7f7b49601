/** Imported before the adapter: keeps what is written to the worker's console, which a page cannot see. */
const written: string[] = [];

const methods = ['log', 'debug', 'info', 'warn', 'error', 'trace'] as const;
const { console: output } = globalThis;
for (const method of methods) {
  const original = output[method].bind(output);
  output[method] = (...parts: readonly unknown[]) => {
    written.push(parts.map((part) => (typeof part === 'string' ? part : (JSON.stringify(part) ?? ''))).join(' '));
    original(...parts);
  };
}

/** Everything written so far, a line a call. */
export function recordedConsole(): readonly string[] {
  return written;
}
