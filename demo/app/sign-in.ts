import { h } from './dom.ts';
import type { EmulatorConfig } from './emulator.ts';
import type { Language } from './i18n/language.ts';
import type { People } from './people.ts';

export type SignInOptions = {
  readonly language: Language;
  readonly people: People;
  /** `null`: the emulator is out of reach and nothing is known of it. */
  readonly config: EmulatorConfig | null;
  readonly onChoose: (userId: string) => void;
  readonly onTryAgain: () => void;
};

/** The picker of accounts. There is no password to type: the emulator gives a token for the asking. */
export function createSignIn({ language, people, config, onChoose, onTryAgain }: SignInOptions): HTMLElement {
  const words = language.words.signIn;
  const heading = h('h1', { class: 'sign-in-heading', tabindex: -1 }, words.heading);
  if (config === null) {
    const again = h('button', { type: 'button' }, words.tryAgain);
    again.addEventListener('click', onTryAgain);
    return h('main', { class: 'sign-in' }, heading, h('p', { role: 'alert' }, words.unreachable), again);
  }
  const accounts = config.accounts.map((userId) => {
    const button = h('button', { type: 'button', class: 'account', 'aria-label': words.as(people.name(userId)) });
    button.append(people.avatar(userId), h('span', {}, people.name(userId)));
    button.addEventListener('click', () => onChoose(userId));
    return h('li', {}, button);
  });
  return h('main', { class: 'sign-in' }, heading, h('p', { class: 'muted' }, words.hint), h('ul', { class: 'accounts', role: 'list' }, ...accounts));
}
