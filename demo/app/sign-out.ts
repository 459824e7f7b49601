import { SyncError, type Chat, type LogOutOptions } from 'moorage';
import { describeError } from './describe-error.ts';
import { h } from './dom.ts';
import type { Words } from './i18n/words.ts';

type Choice = NonNullable<LogOutOptions['queued']>;

/** How many wait to be sent, where that is why a login was not ended. */
function waitingIn(error: unknown): number | undefined {
  return error instanceof SyncError && error.details['reason'] === 'outbox-not-empty' ? Number(error.details['waiting']) : undefined;
}

/**
 * Ends the login, once the user has said what becomes of what waits to be sent.
 *
 * @returns Whether the login has ended. No: the user stays.
 */
export async function signOut(chat: Chat, words: Words): Promise<boolean> {
  const waiting = chat.outbox.value?.items.length ?? 0;
  if (waiting === 0 && !confirm(words.signOut.question)) return false;
  try {
    if (waiting === 0) await chat.logOut();
    return waiting === 0 || (await askWhatWaits(chat, { waiting, words }));
  } catch (error) {
    // Another tab has sent something meanwhile.
    const more = waitingIn(error);
    return more === undefined || askWhatWaits(chat, { waiting: more, words });
  }
}

/** Asks until the login has ended or the user stays. */
function askWhatWaits(chat: Chat, { waiting, words }: { readonly waiting: number; readonly words: Words }): Promise<boolean> {
  const text = words.signOut;
  const told = h('p', {}, text.waiting(waiting));
  const status = h('p', { role: 'status', class: 'muted' });
  const dialog = h('dialog', { class: 'sign-out', 'aria-labelledby': 'sign-out-heading' });
  const buttons = (['send', 'keep', 'discard'] as const).map((choice) => {
    const button = h('button', { type: 'button', class: choice === 'discard' ? 'quiet' : '' }, text[choice]);
    button.addEventListener('click', () => void leave(choice));
    return h('li', {}, button, h('span', { class: 'muted' }, text.means[choice]));
  });
  const stay = h('button', { type: 'button', class: 'quiet' }, text.stay);
  dialog.append(h('h2', { id: 'sign-out-heading' }, text.heading), told, h('ul', {}, ...buttons), status, stay);
  let isOver = false;

  const setBusy = (isBusy: boolean): void => {
    for (const button of dialog.querySelectorAll('button')) button.disabled = isBusy;
  };

  async function leave(queued: Choice): Promise<void> {
    setBusy(true);
    status.textContent = queued === 'send' ? text.sending : '';
    try {
      await chat.logOut({ queued });
      isOver = true;
    } catch (error) {
      const left = waitingIn(error);
      // Whatever else happened, it is over here.
      isOver = left === undefined && !(error instanceof SyncError && error.code === 'invalid-argument');
      if (left !== undefined) told.textContent = text.waiting(left);
      status.textContent = left === undefined ? describeError(error, words) : text.notSent;
      setBusy(false);
    }
    if (isOver) dialog.close();
  }

  stay.addEventListener('click', () => dialog.close());
  // While it is being sent there is nothing to go back to.
  dialog.addEventListener('cancel', (event) => stay.disabled && event.preventDefault());
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(isOver);
    });
  });
}
