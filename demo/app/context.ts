import type { Account, Chat } from 'moorage';
import type { Announcer } from './announcer.ts';
import type { EmulatorConfig } from './emulator.ts';
import type { Language } from './i18n/language.ts';
import type { People } from './people.ts';
import type { Router } from './router.ts';

/** What the parts of the messenger share. */
export type Context = {
  readonly chat: Chat;
  readonly account: Account;
  readonly config: EmulatorConfig;
  readonly people: People;
  readonly language: Language;
  readonly router: Router;
  readonly announcer: Announcer;
  /** What was written and not sent, by conversation. */
  readonly drafts: Map<string, string>;
};
