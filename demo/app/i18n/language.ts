import { settings } from '../settings.ts';
import { en } from './en.ts';
import { createFormats, type Formats } from './formats.ts';
import type { Words } from './words.ts';
import { zh } from './zh.ts';

export type LanguageCode = 'en' | 'zh';

/** One language, with everything needed to speak it. */
export type Language = {
  readonly code: LanguageCode;
  /** For the `lang` attribute. */
  readonly tag: string;
  readonly words: Words;
  readonly formats: Formats;
};

const languages: Readonly<Record<LanguageCode, () => Language>> = {
  en: () => ({ code: 'en', tag: 'en', words: en, formats: createFormats('en') }),
  zh: () => ({ code: 'zh', tag: 'zh-CN', words: zh, formats: createFormats('zh-CN') }),
};

/** @returns The language chosen here before, else the first one the browser prefers that we speak, else English. */
export function readLanguage(): Language {
  const wanted = [settings.readLanguage() ?? '', ...navigator.languages].map((tag) => tag.toLowerCase().split('-')[0]);
  const code = wanted.find((name): name is LanguageCode => name === 'en' || name === 'zh');
  return languages[code ?? 'en']();
}

/** Chooses a language for this browser. */
export function chooseLanguage(code: LanguageCode): Language {
  settings.writeLanguage(code);
  return languages[code]();
}
