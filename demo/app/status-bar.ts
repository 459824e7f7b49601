import type { Status } from 'moorage';
import type { Context } from './context.ts';
import { describeError } from './describe-error.ts';
import { h, setAttributes, setText } from './dom.ts';
import type { Language } from './i18n/language.ts';
import type { View } from './view.ts';

/** The engine's state, in words. */
export function statusText(status: Status, { words, formats }: Language): string {
  switch (status.type) {
    case 'from-cache':
      return words.status.fromCache;
    case 'connecting':
      return words.status.connecting;
    case 'syncing':
      return words.status.syncing(formats.number(status.done), status.total === null ? null : formats.number(status.total));
    case 'live':
      return words.status.live;
    case 'stale':
      return words.status.stale(formats.clock(status.since));
    case 'offline':
      return words.status.offline(status.since === null ? null : formats.clock(status.since));
    case 'degraded':
      return words.status.degraded(describeError(status.reason, words));
    case 'signed-out':
      return words.status.signedOut(status.reason.code === 'closed' ? null : describeError(status.reason, words));
  }
}

/** One line that says how true the page is. Screen readers are told of each change, but not of each number of a sync. */
export function createStatusBar({ chat, language }: Context, options: { readonly onSignInAgain: () => void }): View {
  const { words } = language;
  const text = h('span', { class: 'status-text' }, words.status.starting);
  const again = h('button', { type: 'button', class: 'link', hidden: true }, words.status.signInAgain);
  const live = h('p', { class: 'status', role: 'status', 'aria-label': words.status.label }, h('span', { class: 'status-dot', 'aria-hidden': 'true' }), text);
  // The words say it to screen readers.
  const progress = h('progress', { class: 'status-progress', hidden: true, 'aria-hidden': 'true' });
  const element = h('div', { class: 'status-bar' }, live, progress, again);
  again.addEventListener('click', options.onSignInAgain);

  const unsubscribe = chat.status.subscribe((status) => {
    live.dataset['status'] = status.type;
    live.setAttribute('aria-live', status.type === 'syncing' ? 'off' : 'polite');
    setText(text, statusText(status, language));
    const total = status.type === 'syncing' ? status.total : null;
    progress.hidden = status.type !== 'syncing';
    setAttributes(progress, { max: total ?? 1, value: status.type === 'syncing' && total !== null ? status.done : null });
    again.hidden = status.type !== 'signed-out';
  });
  return { element, close: unsubscribe };
}
