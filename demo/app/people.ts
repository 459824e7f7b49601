import { h } from './dom.ts';

/** How users and groups are shown. */
export interface People {
  /** The name to show. The service knows ids alone; a real app would ask its own address book. */
  name(id: string): string;
  /** A coloured circle with an initial. Decoration: the name always stands beside it. */
  avatar(id: string): HTMLElement;
}

/** @returns A name made of an id: `harbour-watch` is "Harbour watch". */
export function nameOf(id: string): string {
  const text = id.replaceAll('-', ' ');
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** @returns A hue that is always the same for an id. */
function hueOf(id: string): number {
  let hash = 0;
  for (const character of id) hash = (hash * 31 + character.charCodeAt(0)) % 3600;
  return Math.floor(hash / 10);
}

export function createPeople(): People {
  return {
    name: nameOf,
    avatar(id) {
      const [initial = ''] = nameOf(id);
      const avatar = h('span', { class: 'avatar', 'aria-hidden': 'true' }, initial);
      avatar.style.setProperty('--hue', String(hueOf(id)));
      return avatar;
    },
  };
}
