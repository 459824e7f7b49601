import type { ConversationRef } from '../../protocol/ids.ts';
import type { PageSignal } from '../environment.ts';
import type { Line } from './live-store.ts';

/** What this tab shows its user, and whether the user can be looking at it (UR4). */
export interface Presence {
  /** @param conversation An object of its own. @returns Takes it back, unless something else is shown by then. */
  show(conversation: ConversationRef | null): () => void;
  /** Follows the page, and passes on what the worker should know of it. */
  signal(signal: PageSignal): void;
}

/** A page that is hidden or without focus shows nothing. One that never spoke of it is looked at. */
export function createPresence({ post, keep }: Line): Presence {
  let isVisible = true;
  let isFocused = true;
  let shown: ConversationRef | null = null;
  const tell = (): void => keep({ type: 'present', conversation: isVisible && isFocused ? shown : null });

  const show = (conversation: ConversationRef | null): (() => void) => {
    shown = conversation;
    tell();
    return () => void (shown === conversation && show(null));
  };

  return {
    show,
    signal(signal) {
      if (signal === 'focused' || signal === 'blurred') isFocused = signal === 'focused';
      else if (signal === 'visible' || signal === 'hidden') {
        isVisible = signal === 'visible';
        keep({ type: 'signal', signal });
      } else if (signal !== 'resume') post({ type: 'signal', signal });
      tell();
    },
  };
}
