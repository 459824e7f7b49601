/** Keeps a reader's place while rows come and go. */
export interface ScrollKeeper {
  isAtBottom(): boolean;
  toBottom(): void;
  /**
   * To be called before a change of the rows.
   *
   * @param manner `follow`: to the bottom, wherever the reader is; `follow-at-bottom`: only if they are there;
   *   `stay`: the bottom is not the end.
   * @returns To be called after the change: the reader is at the bottom, or the first row in view stands where it stood.
   */
  hold(manner: 'follow' | 'follow-at-bottom' | 'stay'): () => void;
  close(): void;
}

/** How far from the bottom still is the bottom. Unit: px; about a line. */
const BOTTOM_PX = 40;

/** @param list its children are the rows; those with the class `message` can be held on to */
export function createScrollKeeper(scroller: HTMLElement, list: HTMLElement): ScrollKeeper {
  const isAtBottom = () => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop < BOTTOM_PX;
  const toBottom = () => (scroller.scrollTop = scroller.scrollHeight);

  function firstInView(): Element | undefined {
    const { top } = scroller.getBoundingClientRect();
    return [...list.querySelectorAll(':scope > .message')].find((row) => row.getBoundingClientRect().bottom > top);
  }

  // The keyboard of a phone, or a composer that grew, takes room from below: the last message stays in view.
  let wasAtBottom = true;
  const remember = () => (wasAtBottom = isAtBottom());
  scroller.addEventListener('scroll', remember, { passive: true });
  const resizing = new ResizeObserver(() => {
    if (wasAtBottom) toBottom();
  });
  resizing.observe(scroller);

  return {
    isAtBottom,
    toBottom,
    hold(manner) {
      if (manner === 'follow' || (manner === 'follow-at-bottom' && isAtBottom())) return toBottom;
      const anchor = firstInView();
      const before = anchor?.getBoundingClientRect().top ?? 0;
      return () => {
        if (anchor?.isConnected === true) scroller.scrollTop += anchor.getBoundingClientRect().top - before;
      };
    },
    close() {
      resizing.disconnect();
      scroller.removeEventListener('scroll', remember);
    },
  };
}
