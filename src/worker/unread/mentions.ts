import type { Message } from '../../protocol/model.ts';
import { isRecord } from '../../protocol/take.ts';

/** @returns Whether a message says that it is meant for the user: by name, or for everybody in the group. */
export function mentionsUser({ ext }: Message, self: string): boolean {
  const list = isRecord(ext) ? ext['em_at_list'] : undefined;
  return list === 'ALL' || (Array.isArray(list) && list.includes(self));
}
