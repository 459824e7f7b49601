import { createHash } from 'node:crypto';
import type { Tab } from './tab.ts';

/** How a message with a file stands in one tab. */
export type ShownFile = {
  readonly id: string;
  readonly state: string;
  readonly progress: number | undefined;
  /** Size of the local file the message still brings. */
  readonly localBytes: number | undefined;
  readonly fields: { readonly [name: string]: unknown };
};

const KEY = 'singleChat:bob';

/** Starts to note what a tab's timeline with Bob shows of messages with files, each time it changes. */
export async function watchFiles({ page }: Tab): Promise<void> {
  await page.evaluate(() => {
    const scope = window as unknown as { noted: unknown[]; shownFiles: () => unknown[] };
    scope.noted = [];
    const timeline = window.proof.chat().timeline({ conversationId: 'bob', conversationType: 'singleChat' });
    scope.shownFiles = () =>
      (timeline.value?.items ?? []).flatMap((item) => {
        if (item.type !== 'message' || item.message.type === 'txt') return [];
        const { file, ...fields } = item.message as typeof item.message & { file?: { data?: Blob } };
        const { state } = item;
        return [{ id: item.message.id, state: state.type, progress: state.type === 'sending' ? state.progress : undefined, localBytes: file?.data?.size, fields }];
      });
    timeline.subscribe(() => scope.noted.push({ files: scope.shownFiles() }));
  });
}

/** What {@link watchFiles} shows now. */
export function shownFiles({ page }: Tab): Promise<readonly ShownFile[]> {
  return page.evaluate(() => (window as unknown as { shownFiles: () => ShownFile[] }).shownFiles());
}

/** All shares that one tab was told, in order. */
export async function progressOf({ page }: Tab): Promise<readonly number[]> {
  const noted = await page.evaluate(() => (window as unknown as { noted: { files: ShownFile[] }[] }).noted);
  const shares = noted.flatMap(({ files }) => files.flatMap(({ progress }) => progress ?? []));
  return shares.filter((share, index) => share !== shares[index - 1]);
}

export type FileToSend = {
  readonly type: 'img' | 'audio' | 'video' | 'file';
  readonly sizeBytes: number;
  readonly filename?: string;
  readonly filetype?: string;
  readonly fields?: { readonly [name: string]: unknown };
};

/** Sends a file of pseudo-random bytes. @returns Its client id. */
export async function sendFile({ page }: Tab, file: FileToSend): Promise<string> {
  return page.evaluate(async ({ type, sizeBytes, filename, filetype, fields }) => {
    const bytes = new Uint32Array(Math.ceil(sizeBytes / 4));
    for (let index = 0, word = sizeBytes; index < bytes.length; index += 1) {
      word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
      bytes[index] = word;
    }
    const data = new Blob([new Uint8Array(bytes.buffer, 0, sizeBytes)], { type: filetype ?? 'application/octet-stream' });
    const { clientId } = await window.proof
      .chat()
      .send({ conversation: { conversationId: 'bob', conversationType: 'singleChat' }, type, file: { data, ...(filename && { filename }) }, ...fields });
    return clientId;
  }, file);
}

/** The bytes that {@link sendFile} makes. */
export function bytesOf(sizeBytes: number): Buffer {
  const words = new Uint32Array(Math.ceil(sizeBytes / 4));
  for (let index = 0, word = sizeBytes; index < words.length; index += 1) {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
    words[index] = word;
  }
  return Buffer.from(words.buffer, 0, sizeBytes);
}

export const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Downloads as somebody who was sent the address. */
export async function download(url: string): Promise<Buffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`no file: ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

export { KEY as FILES_KEY };
