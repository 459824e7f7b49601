import { connect, type Chat } from 'moorage';
import { createAnnouncer } from './announcer.ts';
import type { Context } from './context.ts';
import { describeError } from './describe-error.ts';
import { h } from './dom.ts';
import { fetchToken, readConfig, type EmulatorConfig } from './emulator.ts';
import { chooseLanguage, readLanguage, type LanguageCode } from './i18n/language.ts';
import { createLanguageSwitch } from './language-switch.ts';
import { createMessenger } from './messenger.ts';
import { createPeople } from './people.ts';
import { createRouter } from './router.ts';
import { settings } from './settings.ts';
import { createSignIn } from './sign-in.ts';
import { signOut } from './sign-out.ts';
import { createUpdateBar } from './update-bar.ts';
import type { View } from './view.ts';

export interface App {
  start(): Promise<void>;
  /** Shows that a new version is ready. */
  offerUpdate(apply: () => void): void;
}

/** What is shown: the picker of accounts, a problem, or a chat. */
type Screen =
  | { readonly type: 'starting' }
  | { readonly type: 'sign-in'; readonly config: EmulatorConfig | null }
  | { readonly type: 'failed'; readonly error: unknown }
  | { readonly type: 'chat'; readonly chat: Chat; readonly config: EmulatorConfig; readonly drafts: Map<string, string> };

function openWorker(name: string): SharedWorker {
  return new SharedWorker(new URL('chat.worker.js', document.baseURI), { type: 'module', name });
}

/** @param root where the app shows itself; all of it is the app's */
export function createApp(root: HTMLElement): App {
  const router = createRouter();
  const updates = h('div', { class: 'updates' });
  const stage = h('div', { class: 'stage' });
  root.replaceChildren(updates, stage);
  let language = readLanguage();
  let screen: Screen = { type: 'starting' };
  let view: View | undefined;
  let applyUpdate: (() => void) | undefined;

  async function signIn(config: EmulatorConfig, userId: string): Promise<void> {
    settings.writeUser(userId);
    try {
      const chat = await connect({
        account: { appKey: config.appKey, userId },
        token: () => fetchToken(userId),
        worker: openWorker,
      });
      show({ type: 'chat', chat, config, drafts: new Map() });
    } catch (error) {
      show({ type: 'failed', error });
    }
  }

  async function start(): Promise<void> {
    show({ type: 'starting' });
    const config = await readConfig();
    const userId = settings.readUser();
    if (config !== null && userId !== null) await signIn(config, userId);
    else show({ type: 'sign-in', config });
  }

  async function leave(chat: Chat): Promise<void> {
    if (!(await signOut(chat, language.words))) return;
    settings.writeUser(null);
    history.replaceState(null, '', location.pathname);
    chat.close();
    await start();
  }

  function signInAgain(chat: Chat): void {
    chat.close();
    void start();
  }

  function onLanguage(code: LanguageCode): void {
    language = chooseLanguage(code);
    show(screen);
  }

  function chatView({ chat, config, drafts }: Extract<Screen, { type: 'chat' }>): View {
    const people = createPeople();
    const context: Context = { chat, account: chat.account, config, people, language, router, announcer: createAnnouncer(), drafts };
    return createMessenger(context, {
      onLanguage,
      onSignOut: () => void leave(chat),
      onSignInAgain: () => signInAgain(chat),
    });
  }

  function viewOf(next: Screen): View {
    const { words } = language;
    const languageSwitch = createLanguageSwitch(language, onLanguage);
    const plain = (...children: readonly HTMLElement[]): View => ({
      element: h('div', { class: 'welcome' }, h('header', { class: 'welcome-bar' }, h('strong', {}, words.appName), languageSwitch), ...children),
      close: () => undefined,
    });
    switch (next.type) {
      case 'starting':
        return plain(h('main', { class: 'sign-in' }, h('p', { class: 'muted', role: 'status' }, words.status.starting)));
      case 'failed': {
        const again = h('button', { type: 'button' }, words.signIn.tryAgain);
        again.addEventListener('click', () => void start());
        return plain(h('main', { class: 'sign-in' }, h('p', { role: 'alert' }, describeError(next.error, words)), again));
      }
      case 'sign-in': {
        const { config } = next;
        const people = createPeople();
        const onChoose = (userId: string) => config && void signIn(config, userId);
        return plain(createSignIn({ language, people, config, onChoose, onTryAgain: () => void start() }));
      }
      case 'chat':
        return chatView(next);
    }
  }

  function showUpdate(): void {
    if (applyUpdate === undefined) {
      updates.replaceChildren();
      return;
    }
    const later = () => {
      applyUpdate = undefined;
      showUpdate();
    };
    updates.replaceChildren(createUpdateBar(language.words, { apply: applyUpdate, later }));
  }

  function show(next: Screen): void {
    view?.close();
    screen = next;
    document.documentElement.lang = language.tag;
    document.title = language.words.appName;
    view = viewOf(next);
    stage.replaceChildren(view.element);
    showUpdate();
  }

  return {
    start,
    offerUpdate(apply) {
      applyUpdate = apply;
      showUpdate();
    },
  };
}
