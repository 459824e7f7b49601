import type { Context } from './context.ts';
import { h, placeChildren } from './dom.ts';
import { icon } from './icons.ts';

/** The files that were chosen and not sent yet, and the button to choose them with. */
export interface Attachments {
  /** The list; hidden while there are none. */
  readonly element: HTMLElement;
  readonly button: HTMLElement;
  count(): number;
  add(files: Iterable<File>): void;
  /** @returns The files, in order; none are left. */
  take(): readonly File[];
}

/** @param options.onChange Called when files were added or taken out. @param options.signal Ends it. */
export function createAttachments({ language }: Context, options: { readonly onChange: () => void; readonly signal: AbortSignal }): Attachments {
  const { words, formats } = language;
  const { onChange, signal } = options;
  const chips = new Map<File, HTMLLIElement>();
  const picker = h('input', { type: 'file', multiple: true, hidden: true, 'aria-label': words.composer.attach });
  const open = h('button', { type: 'button', class: 'icon-button attach', 'aria-label': words.composer.attach, title: words.composer.attach });
  open.append(icon('clip'));
  const button = h('span', {}, picker, open);
  const element = h('ul', { class: 'attachments', role: 'list', 'aria-label': words.composer.attached, hidden: true });

  function changed(): void {
    placeChildren(element, [...chips.values()]);
    element.hidden = chips.size === 0;
    onChange();
  }

  function preview(file: File): Element {
    if (!file.type.startsWith('image/')) return icon('file');
    const image = h('img', { class: 'attachment-picture', alt: '' });
    const url = URL.createObjectURL(file);
    const release = (): void => URL.revokeObjectURL(url);
    image.addEventListener('load', release);
    image.addEventListener('error', release);
    image.src = url;
    return image;
  }

  function chipOf(file: File): HTMLLIElement {
    const label = words.composer.remove(file.name);
    const remove = h('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label });
    remove.append(icon('close'));
    remove.addEventListener(
      'click',
      () => {
        chips.delete(file);
        changed();
        open.focus();
      },
      { signal },
    );
    return h('li', { class: 'attachment' }, preview(file), h('span', { class: 'file-name', dir: 'auto' }, file.name), h('span', { class: 'file-size' }, formats.fileSize(file.size)), remove);
  }

  function add(files: Iterable<File>): void {
    for (const file of files) chips.set(file, chipOf(file));
    changed();
  }

  open.addEventListener('click', () => picker.click(), { signal });
  picker.addEventListener(
    'change',
    () => {
      add(picker.files ?? []);
      // The same file may be chosen again.
      picker.value = '';
    },
    { signal },
  );

  return {
    element,
    button,
    count: () => chips.size,
    add,
    take() {
      const files = [...chips.keys()];
      chips.clear();
      changed();
      return files;
    },
  };
}

/** @returns The service's word for a message with such a file. */
export function messageTypeOf({ type }: File): 'img' | 'audio' | 'video' | 'file' {
  const [kind] = type.split('/');
  return kind === 'image' ? 'img' : kind === 'audio' || kind === 'video' ? kind : 'file';
}
