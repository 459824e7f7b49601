import type { ConversationRef } from '../../protocol/ids.ts';
import type { OutgoingMessage } from '../../protocol/model.ts';
import { invalid, isName, isOptional, isRecord, isString, take, type Test } from '../../protocol/take.ts';
import { FILE_TYPES, takeFile } from './take-file.ts';
import { takeList } from './take-list.ts';

type Fields = { readonly [field: string]: Test<unknown> };

const isNumber: Test<number> = (value): value is number => Number.isFinite(value);
const isText = isOptional(isString);
/** Of every message. */
const COMMON: Fields = { ext: isOptional(isRecord), msg: isText };

/** What messages must bring besides files, and what must be right where they bring it, by type. */
const FIELDS: { readonly [type: string]: Fields } = {
  txt: { msg: isName },
  custom: { customEvent: isName, customExts: isOptional(isRecord) },
  loc: { lat: isNumber, lng: isNumber, addr: isText, buildingName: isText },
  cmd: { action: isName },
  combine: { title: isString, summary: isString, compatibleText: isString },
};

/**
 * Checks a message before anything of it is stored or sent (ER2).
 *
 * @param given As the application gave it.
 * @param options.sendable The types that the service can send; undefined: those that the model knows.
 * @returns What is to be stored: with its file, where it brings one; of messages that it combines that is their list.
 * @throws {SyncError} `invalid-argument` naming the first field that is missing or not as it must be; `type` where the service
 *   cannot send such messages
 */
export async function takeMessage(
  given: OutgoingMessage,
  options: { readonly conversation: ConversationRef; readonly sendable: ReadonlySet<string> | undefined; readonly maxFileBytes: number },
): Promise<OutgoingMessage> {
  const { conversation, sendable } = options;
  const type = take(given, 'type', isName);
  if (!(sendable ? sendable.has(type) : Object.hasOwn(FIELDS, type) || FILE_TYPES.has(type))) throw invalid('type');
  for (const [field, test] of Object.entries({ ...COMMON, ...FIELDS[type] })) take(given, field, test);
  const message = type === 'combine' ? takeList(given) : given;
  const file = await takeFile({ ...message, type }, options);
  return { ...message, conversation, ...(file && { file }) };
}
