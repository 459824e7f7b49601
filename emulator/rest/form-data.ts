/** One part of a form. */
export type FormPart = {
  readonly name: string;
  /** Undefined: a plain field. */
  readonly filename: string | undefined;
  readonly contentType: string;
  readonly bytes: Buffer;
};

/** @returns The parts of a `multipart/form-data` body, in order; none when it is something else. */
export function readForm(body: Buffer, contentType: string): FormPart[] {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1];
  if (boundary === undefined) return [];
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: FormPart[] = [];
  for (let start = body.indexOf(delimiter); start >= 0; ) {
    const end = body.indexOf(delimiter, start + delimiter.length);
    if (end < 0) break;
    // Between the line ends that belong to the delimiters.
    const part = readPart(body.subarray(start + delimiter.length + 2, end - 2));
    if (part !== undefined) parts.push(part);
    start = end;
  }
  return parts;
}

function readPart(part: Buffer): FormPart | undefined {
  const headEnd = part.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = part.subarray(0, headEnd).toString();
  return {
    name: /[; ]name="([^"]*)"/i.exec(head)?.[1] ?? '',
    filename: /filename="([^"]*)"/i.exec(head)?.[1],
    contentType: /content-type:\s*([^\r\n]+)/i.exec(head)?.[1] ?? 'application/octet-stream',
    bytes: Buffer.from(part.subarray(headEnd + 4)),
  };
}
