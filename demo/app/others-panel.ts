import type { ConversationRef } from 'moorage';
import type { Context } from './context.ts';
import { h, setText } from './dom.ts';
import { writeAs } from './emulator.ts';
import { createOthersActions } from './others-actions.ts';
import { createCleanup, type View } from './view.ts';
import { writerOf } from './writer-of.ts';

/** Most conversations offered as writers. */
const WRITERS_MAX = 30;

/** Most messages written at once. */
const COUNT_MAX = 200;

/** The next sample sentence; a conversation never hears the same one twice in a row. */
function createSamples(samples: readonly string[]): () => string {
  let next = 0;
  return () => samples[next++ % samples.length] ?? '';
}

/**
 * Lets the other side of a conversation write one sentence.
 *
 * @returns Whether the emulator did it.
 */
export async function letWrite(context: Context, ref: ConversationRef, text?: string): Promise<boolean> {
  const writer = writerOf(context, ref);
  if (writer === null) return false;
  const { samples } = context.language.words.others;
  const said = text ?? samples[Math.floor(Math.random() * samples.length)] ?? '';
  try {
    await writeAs({ ...writer, chatType: ref.conversationType, text: said });
    return true;
  } catch {
    return false;
  }
}

/** A form that makes another user write: who, what, how many, after how long. */
export function createOthersPanel(context: Context): View {
  const { chat, people, language } = context;
  const words = language.words.others;
  const cleanup = createCleanup();
  const sample = createSamples(words.samples);
  let refs: readonly ConversationRef[] = [];

  const who = h('select', { id: 'others-who' });
  const text = h('input', { id: 'others-text', type: 'text', placeholder: words.samples[0], autocomplete: 'off' });
  const count = h('input', { id: 'others-count', type: 'number', min: 1, max: COUNT_MAX, value: 1, required: true });
  const delay = h('input', { id: 'others-delay', type: 'number', min: 0, max: 60, value: 0, required: true });
  const write = h('button', { type: 'submit' }, words.write);
  const result = h('p', { class: 'muted', role: 'status' });
  const labelled = (label: string, field: HTMLElement) => h('label', { for: field.id }, h('span', {}, label), field);
  const form = h(
    'form',
    { class: 'others-form' },
    h('p', { class: 'muted' }, words.hint),
    labelled(words.who, who),
    labelled(words.text, text),
    h('div', { class: 'pair' }, labelled(words.count, count), labelled(words.delay, delay)),
    write,
    result,
  );
  const actions = createOthersActions(context, () => refs[who.selectedIndex]);
  const element = h('details', { class: 'others' }, h('summary', {}, words.heading), h('div', { class: 'others-body' }, form, actions.element));

  async function writeMany(): Promise<void> {
    const ref = refs[who.selectedIndex];
    if (ref === undefined) return;
    write.disabled = true;
    if (delay.valueAsNumber > 0) await new Promise((resolve) => setTimeout(resolve, delay.valueAsNumber * 1000));
    let done = 0;
    while (done < count.valueAsNumber && (await letWrite(context, ref, text.value.trim() || sample()))) done += 1;
    write.disabled = false;
    setText(result, done === count.valueAsNumber ? words.done(done) : words.failed);
  }

  form.addEventListener(
    'submit',
    (event) => {
      event.preventDefault();
      void writeMany();
    },
    { signal: cleanup.signal },
  );
  cleanup.add(
    chat.conversations({ limit: WRITERS_MAX }).subscribe(({ rows }) => {
      // A choice is not moved under the hand of whoever makes it: the list is read again when it is next opened.
      if (refs.length > 0 && element.open) return;
      const chosen = who.value;
      refs = rows;
      who.replaceChildren(...rows.map(({ conversationId }) => h('option', { value: conversationId }, people.name(conversationId))));
      if (rows.some(({ conversationId }) => conversationId === chosen)) who.value = chosen;
    }),
  );

  cleanup.add(() => actions.close());
  return { element, close: () => cleanup.run() };
}
