import type { Context } from './context.ts';
import { h } from './dom.ts';
import { icon } from './icons.ts';
import type { View } from './view.ts';

/**
 * A button that opens a small form: go to a day, or to the oldest message.
 *
 * @param goTo Takes the reader to the first message from a time (ms) on.
 */
export function createGoTo({ language: { words } }: Context, goTo: (time: number) => Promise<void>): View {
  const day = h('input', { type: 'date', id: 'go-to-day', required: true });
  const go = h('button', { type: 'submit' }, words.pane.go);
  const oldest = h('button', { type: 'button', class: 'quiet' }, words.pane.goToOldest);
  const form = h('form', { class: 'go-to-form' }, h('label', { for: day.id }, h('span', {}, words.pane.goToDay), day), go, oldest);
  const panel = h('div', { class: 'menu go-to', id: 'go-to', popover: 'auto', role: 'dialog', 'aria-label': words.pane.goTo }, form);
  const button = h('button', { type: 'button', class: 'icon-button', 'aria-label': words.pane.goTo, title: words.pane.goTo, popovertarget: panel.id });
  button.append(icon('calendar'));
  const element = h('div', { class: 'go-to-place' }, button, panel);

  panel.addEventListener('toggle', (event) => {
    if (event.newState !== 'open') return;
    const place = button.getBoundingClientRect();
    panel.style.left = `${Math.max(8, Math.min(place.left, innerWidth - panel.offsetWidth - 8))}px`;
    panel.style.top = `${place.bottom + 4}px`;
    day.focus();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    // The start of the day where the reader is.
    const [year = 0, month = 1, date = 1] = day.value.split('-').map(Number);
    panel.hidePopover();
    void goTo(new Date(year, month - 1, date).getTime());
  });
  oldest.addEventListener('click', () => {
    panel.hidePopover();
    void goTo(0);
  });
  return { element, close: () => element.remove() };
}
