import type { OutgoingFile } from '../../protocol/model.ts';
import { invalid, isName, isOptional, isRecord, isString } from '../../protocol/take.ts';

/** Types of messages that bring a file, or the `url` of one that is uploaded. */
export const FILE_TYPES: ReadonlySet<unknown> = new Set(['img', 'audio', 'video', 'file', 'combine']);

/**
 * Checks what a message says of its file, before anything of it is stored (ER2).
 *
 * @param message As the application gave it.
 * @param options.maxFileBytes What the service takes, inclusive.
 * @returns The file with its name and media type; undefined when the message brings none.
 * @throws {SyncError} `invalid-argument` naming the field: `file`, `file.data` (with `maxBytes` when it is too large), `file.filename`,
 *   `file.filetype`
 */
export async function takeFile(
  message: { readonly [field: string]: unknown },
  { maxFileBytes }: { readonly maxFileBytes: number },
): Promise<OutgoingFile | undefined> {
  const { type, url } = message;
  const file = message['file'] ?? undefined;
  const mayBring = FILE_TYPES.has(type);
  if (file === undefined) {
    if (mayBring && !isName(url)) throw invalid('file');
    return undefined;
  }
  // Both a file and the address of one: which of them was meant?
  if (!mayBring || !isRecord(file) || url !== undefined) throw invalid('file');
  const { data, filename, filetype } = file;
  if (!(data instanceof Blob) || data.size === 0) throw invalid('file.data');
  if (data.size > maxFileBytes) throw invalid('file.data', { maxBytes: maxFileBytes, sizeBytes: data.size });
  if (!isOptional(isString)(filename)) throw invalid('file.filename');
  if (!isOptional(isString)(filetype)) throw invalid('file.filetype');
  // Its first byte: asked for the last of more than a megabyte that came over a port, Firefox (153) never answers.
  await data.slice(0, 1).arrayBuffer().catch(() => {
    // Moved or changed on the disk since it was chosen: storing it would fail in ways that look like a broken database.
    throw invalid('file.data');
  });
  const name = 'name' in data && isString(data.name) ? data.name : '';
  return { data, filename: filename ?? name, filetype: filetype ?? data.type };
}
