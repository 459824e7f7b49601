import type { Message, TimelineItem } from 'moorage';
import type { Context } from './context.ts';
import { h, setAttributes, setText } from './dom.ts';
import { icon } from './icons.ts';

type MessageItem = Extract<TimelineItem, { type: 'message' }>;

/** What a bubble shows of a message's file. */
export interface FileBody {
  readonly element: HTMLElement;
  show(item: MessageItem): void;
}

/** @returns The file itself, of a message that waits to be sent; undefined of all others. */
function localFileOf(message: Message): Blob | undefined {
  const file = message['file'] as { readonly data?: unknown } | null | undefined;
  return file?.data instanceof Blob ? file.data : undefined;
}

const FILE_TYPES: ReadonlySet<string> = new Set(['img', 'audio', 'video', 'file']);

/** @returns Whether the content of a message is a file. */
export function isFileMessage({ type }: Message): boolean {
  return FILE_TYPES.has(type);
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const countOf = (value: unknown): number | undefined => (typeof value === 'number' && value > 0 ? value : undefined);

/**
 * A picture, or a file's name and size: local until the message is sent, then a link to where it is.
 *
 * - While it is uploaded a bar says how far that is, and it can be called off.
 *
 * @param onShown Told whether there is something to show: of a picture that cannot be had any more there is not.
 */
export function createFileBody(context: Context, author: string, onShown: (isShown: boolean) => void): FileBody {
  const { chat, language } = context;
  const { words, formats } = language;
  const picture = h('img', { class: 'picture', alt: words.message.pictureFrom(author), loading: 'lazy', hidden: true });
  const name = h('span', { class: 'file-name', dir: 'auto' });
  const size = h('span', { class: 'file-size' });
  const card = h('span', { class: 'file-card' }, icon('file'), name, size);
  const link = h('a', { class: 'file-link' }, picture, card);
  const bar = h('progress', { max: 1 });
  const cancel = h('button', { type: 'button', class: 'link' }, words.message.cancel);
  const upload = h('div', { class: 'upload', hidden: true }, bar, cancel);
  const element = h('div', { class: 'file', hidden: true }, link, upload);
  let shown: MessageItem | undefined;
  let source: string | undefined;

  const setShown = (isShown: boolean): void => {
    element.hidden = !isShown;
    onShown(isShown);
  };
  /** What is drawn needs no address any more. */
  const release = (): void => {
    if (source?.startsWith('blob:') === true) URL.revokeObjectURL(source);
  };
  picture.addEventListener('load', release);
  picture.addEventListener('error', () => {
    release();
    setShown(false);
  });
  // What becomes of it is shown by the timeline.
  cancel.addEventListener('click', () => shown !== undefined && void chat.discard(shown.message.id).catch(() => undefined));

  return {
    element,
    show(item) {
      shown = item;
      const { message, state } = item;
      const local = localFileOf(message);
      const url = local === undefined ? textOf(message['url']) : undefined;
      if (!isFileMessage(message) || (local === undefined && url === undefined)) return setShown(false);
      const isPicture = message.type === 'img';
      card.hidden = isPicture;
      picture.hidden = !isPicture;
      if (isPicture && source === undefined) {
        source = local === undefined ? (textOf(message['thumb']) ?? url) : URL.createObjectURL(local);
        setAttributes(picture, { src: source });
        setShown(true);
      }
      if (isPicture) setAttributes(picture, { width: countOf(message['width']), height: countOf(message['height']) });
      else setShown(true);
      setText(name, textOf(message['filename']) ?? textOf((message['file'] as { filename?: unknown } | undefined)?.filename) ?? words.message.kinds[message.type] ?? message.type);
      const bytes = countOf(message['file_length']) ?? local?.size;
      setText(size, bytes === undefined ? '' : formats.fileSize(bytes));
      setAttributes(link, { href: url, target: url && '_blank', rel: url && 'noopener', download: isPicture ? undefined : textOf(message['filename']) });
      const progress = state.type === 'sending' ? state.progress : undefined;
      upload.hidden = progress === undefined && (local === undefined || state.type !== 'queued');
      bar.hidden = progress === undefined;
      bar.value = progress ?? 0;
      setAttributes(bar, { 'aria-label': words.message.uploading(formats.percent(progress ?? 0)) });
    },
  };
}
