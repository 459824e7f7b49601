import { createBackfillBar } from './backfill-bar.ts';
import type { Context } from './context.ts';
import { createConversationList } from './conversation-list.ts';
import { h } from './dom.ts';
import type { LanguageCode } from './i18n/language.ts';
import { createLanguageSwitch } from './language-switch.ts';
import { createMessagePane, type MessagePane } from './message-pane.ts';
import { createOthersPanel } from './others-panel.ts';
import { routeOf } from './router.ts';
import { createStatusBar } from './status-bar.ts';
import { showUnread } from './unread-badge.ts';
import { createCleanup, type View } from './view.ts';

export type MessengerOptions = {
  readonly onLanguage: (code: LanguageCode) => void;
  readonly onSignOut: () => void;
  readonly onSignInAgain: () => void;
};

/**
 * The messenger: list on the left, an open conversation on the right; on a narrow screen one of the two.
 *
 * - Opening a conversation puts the keyboard into it; leaving it puts the keyboard back on its row.
 */
export function createMessenger(context: Context, { onLanguage, onSignOut, onSignInAgain }: MessengerOptions): View {
  const { chat, account, people, language, router, announcer } = context;
  const { words } = language;
  const cleanup = createCleanup();
  const list = createConversationList(context);
  const status = createStatusBar(context, { onSignInAgain });
  /** On a narrow screen the list is away while a conversation is open: then this one says what is not as it should be. */
  const paneStatus = createStatusBar(context, { onSignInAgain });
  const backfill = createBackfillBar(context);
  const panePlace = h('div', { class: 'pane-place' });
  const others = createOthersPanel(context);
  let pane: MessagePane | undefined;
  let openKey: string | null | undefined;

  const signOut = h('button', { type: 'button', class: 'quiet' }, words.signIn.signOut);
  signOut.addEventListener('click', onSignOut);
  // How many wait to be sent is known when somebody leaves.
  cleanup.add(chat.outbox.subscribe(() => undefined));
  const who = h(
    'div',
    { class: 'who', role: 'img', 'aria-label': words.signIn.signedInAs(people.name(account.userId)) },
    people.avatar(account.userId),
    h('span', { class: 'who-name' }, people.name(account.userId)),
  );
  const bar = h('header', { class: 'app-bar' }, h('h1', { class: 'app-name' }, words.appName), who, createLanguageSwitch(language, onLanguage), signOut);
  const sidebar = h('div', { class: 'sidebar' }, bar, status.element, backfill.element, list.element, others.element);
  const empty = h('section', { class: 'pane is-empty', id: 'messages' }, h('p', { class: 'muted' }, words.pane.choose));
  const main = h('main', { class: 'main' }, paneStatus.element, panePlace);
  const skip = h('a', { class: 'skip', href: '#messages' }, words.skipToMessages);
  const element = h('div', { class: 'messenger' }, skip, sidebar, main, announcer.element);
  skip.addEventListener('click', (event) => {
    event.preventDefault();
    pane?.focus();
  });

  function route(options: { readonly moveFocus: boolean }): void {
    const ref = router.current();
    const key = ref && routeOf(ref);
    if (key === openKey) return;
    openKey = key;
    pane?.close();
    pane = ref === null ? undefined : createMessagePane(context, ref);
    panePlace.replaceChildren(pane?.element ?? empty);
    element.classList.toggle('is-open', ref !== null);
    if (!options.moveFocus) return;
    if (pane !== undefined) pane.focus();
    else list.focus();
  }

  cleanup.add(
    router.subscribe(() => route({ moveFocus: true })),
    showUnread(chat, words.appName),
    () => list.close(),
    () => status.close(),
    () => paneStatus.close(),
    () => backfill.close(),
    () => others.close(),
    () => pane?.close(),
  );
  route({ moveFocus: false });
  return { element, close: () => cleanup.run() };
}
