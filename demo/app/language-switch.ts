import { h } from './dom.ts';
import type { Language, LanguageCode } from './i18n/language.ts';

const names: Readonly<Record<LanguageCode, { readonly name: string; readonly tag: string }>> = {
  en: { name: 'English', tag: 'en' },
  zh: { name: '中文', tag: 'zh-CN' },
};

/** A button that names the other language, in that language. */
export function createLanguageSwitch(language: Language, onChoose: (code: LanguageCode) => void): HTMLElement {
  const other = language.code === 'en' ? 'zh' : 'en';
  const button = h('button', { type: 'button', class: 'quiet', lang: names[other].tag }, names[other].name);
  button.addEventListener('click', () => onChoose(other));
  return button;
}
