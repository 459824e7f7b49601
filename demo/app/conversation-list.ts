import type { Conversation } from 'moorage';
import type { Context } from './context.ts';
import { createConversationRow, type ConversationRow } from './conversation-row.ts';
import { h, placeChildren, setAttributes, setText } from './dom.ts';
import { routeOf } from './router.ts';
import { createRowMenu } from './row-menu.ts';
import { createCleanup, oncePerFrame, type View } from './view.ts';

/** Height of a row. Unit: px. The style sheet's `--row-height` is the same: rows are placed by it. */
const ROW_HEIGHT = 72;

/** Rows kept above and below those in view, so that a quick scroll shows no gap. */
const MARGIN_ROWS = 8;

/** Rows asked for first, so that a long list is seen before all of it is read. */
const FIRST_ROWS = 40;

/** A conversation's key is the same as long as the conversation is: it is made once. */
function createKeys(): (conversation: Conversation) => string {
  const keys = new WeakMap<Conversation, string>();
  return (conversation) => {
    const key = keys.get(conversation) ?? routeOf(conversation);
    keys.set(conversation, key);
    return key;
  };
}

/** How often "yesterday" and its kin are looked at again. Unit: ms. */
const CLOCK_MS = 60_000;

export interface ConversationList extends View {
  /** Puts the keyboard on the open conversation's row, else on the first one. */
  focus(): void;
}

/**
 * The list of conversations: links in a list, of which only those in view are in the page.
 *
 * - Tab reaches one row; arrows, Home, End, Page Up and Page Down move between rows; Enter opens.
 * - A row that has the keyboard stays in the page, wherever the list is scrolled.
 */
export function createConversationList(context: Context): ConversationList {
  const { chat, router, language } = context;
  const { words } = language;
  const cleanup = createCleanup();
  const keyOf = createKeys();
  const rows = new Map<string, ConversationRow>();
  let conversations: readonly Conversation[] | undefined;
  let activeKey: string | null = null;
  let nowMs = Date.now();

  const list = h('ul', { class: 'rows', role: 'list', 'aria-label': words.list.heading });
  const note = h('p', { class: 'note' }, words.list.loading);
  const scroller = h('div', { class: 'rows-scroller' }, note, list);
  const count = h('span', { class: 'muted' });
  const heading = h('h2', { class: 'section-heading', id: 'conversations-heading' }, words.list.heading, ' ', count);
  const menu = createRowMenu(context);
  const element = h('nav', { class: 'conversations', 'aria-labelledby': 'conversations-heading' }, heading, scroller, menu.element);

  /** Where each conversation stands, by key. Made anew with each new list, once somebody asks. */
  let places: { readonly of: readonly Conversation[]; readonly byKey: ReadonlyMap<string, number> } | undefined;
  function indexOf(key: string | null): number {
    if (key === null || conversations === undefined) return -1;
    if (places?.of !== conversations) {
      places = { of: conversations, byKey: new Map(conversations.map((conversation, index) => [keyOf(conversation), index])) };
    }
    return places.byKey.get(key) ?? -1;
  }

  /** Positions in the list of the rows that must be in the page, ascending. */
  function indexesInPage(total: number): number[] {
    const first = Math.max(0, Math.floor(scroller.scrollTop / ROW_HEIGHT) - MARGIN_ROWS);
    const last = Math.min(total - 1, Math.ceil((scroller.scrollTop + scroller.clientHeight) / ROW_HEIGHT) + MARGIN_ROWS);
    const indexes = Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);
    const active = indexOf(activeKey);
    if (active < 0) return indexes;
    if (active < first) return [active, ...indexes];
    return active > last ? [...indexes, active] : indexes;
  }

  function render(): void {
    if (cleanup.signal.aborted || conversations === undefined) return;
    const total = conversations.length;
    const open = router.current();
    const openKey = open && routeOf(open);
    if (indexOf(activeKey) < 0) activeKey = null;
    list.style.height = `${total * ROW_HEIGHT}px`;
    setText(note, words.list.empty);
    note.hidden = total > 0;
    setText(count, total > 0 ? language.formats.number(total) : '');

    const kept = new Set<string>();
    const elements: Element[] = [];
    const indexes = indexesInPage(total);
    const tabStop = activeKey ?? (indexOf(openKey) >= 0 ? openKey : null);
    for (const index of indexes) {
      const conversation = conversations[index];
      if (conversation === undefined) continue;
      const key = keyOf(conversation);
      const row = rows.get(key) ?? createConversationRow(context, conversation);
      rows.set(key, row);
      kept.add(key);
      row.show(conversation, { nowMs });
      row.element.style.transform = `translateY(${index * ROW_HEIGHT}px)`;
      setAttributes(row.element, { 'aria-setsize': total, 'aria-posinset': index + 1 });
      setAttributes(row.link, {
        'aria-current': key === openKey ? 'page' : null,
        tabindex: key === tabStop || (tabStop === null && index === 0) ? 0 : -1,
      });
      elements.push(row.element);
    }
    for (const key of rows.keys()) if (!kept.has(key)) rows.delete(key);
    placeChildren(list, elements);
    // The open row can be out of view: then Tab still needs a way in.
    if (!elements.some((row) => row.querySelector('[tabindex="0"]'))) elements[0]?.querySelector('a')?.setAttribute('tabindex', '0');
  }
  const renderSoon = oncePerFrame(render);

  function focusIndex(index: number): void {
    const target = conversations?.[index];
    if (target === undefined) return;
    const key = keyOf(target);
    activeKey = key;
    const top = index * ROW_HEIGHT;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + ROW_HEIGHT > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = top + ROW_HEIGHT - scroller.clientHeight;
    }
    render();
    // By its own key: the row that had the keyboard may have left the page in between, and forgotten which is active.
    rows.get(key)?.link.focus({ preventScroll: true });
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || conversations === undefined) return;
    const at = indexOf(activeKey);
    const last = conversations.length - 1;
    const pageRows = Math.max(1, Math.floor(scroller.clientHeight / ROW_HEIGHT) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: last,
      PageDown: at + pageRows,
      PageUp: at - pageRows,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    focusIndex(Math.min(last, Math.max(0, to)));
  }

  function keyUnder(target: EventTarget | null): string | null {
    const link = target instanceof Element ? target.closest('.rows > li')?.querySelector('a.row') : null;
    return link?.getAttribute('href')?.slice(1) ?? null;
  }

  function onClick(event: MouseEvent): void {
    const conversation = conversations?.[indexOf(keyUnder(event.target))];
    if (conversation === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const more = (event.target as Element).closest('.row-more')?.getBoundingClientRect();
    event.preventDefault();
    if (more === undefined) router.open(conversation);
    else menu.open(conversation, { left: more.left, top: more.bottom });
  }

  function onContextMenu(event: MouseEvent): void {
    const conversation = conversations?.[indexOf(keyUnder(event.target))];
    if (conversation === undefined) return;
    event.preventDefault();
    menu.open(conversation, { left: event.clientX, top: event.clientY });
  }

  const { signal } = cleanup;
  list.addEventListener('keydown', onKeyDown, { signal });
  list.addEventListener('click', onClick, { signal });
  list.addEventListener('contextmenu', onContextMenu, { signal });
  list.addEventListener('focusin', (event) => (activeKey = keyUnder(event.target)), { signal });
  list.addEventListener('focusout', () => (activeKey = null), { signal });
  scroller.addEventListener('scroll', renderSoon, { signal, passive: true });
  const resizing = new ResizeObserver(renderSoon);
  resizing.observe(scroller);
  const clock = setInterval(() => {
    nowMs = Date.now();
    renderSoon();
  }, CLOCK_MS);

  let isComplete = false;
  const stopFirst = chat.conversations({ limit: FIRST_ROWS }).subscribe(({ rows: firstRows }) => {
    if (isComplete) return;
    conversations = firstRows;
    renderSoon();
  });
  const stopAll = chat.conversations().subscribe(({ rows: allRows }) => {
    if (!isComplete) {
      isComplete = true;
      queueMicrotask(stopFirst);
    }
    conversations = allRows;
    renderSoon();
  });
  cleanup.add(stopFirst, stopAll, router.subscribe(renderSoon), () => clearInterval(clock), () => resizing.disconnect(), () => menu.close());

  return {
    element,
    focus() {
      const open = router.current();
      focusIndex(Math.max(0, indexOf(open && routeOf(open))));
    },
    close: () => cleanup.run(),
  };
}
