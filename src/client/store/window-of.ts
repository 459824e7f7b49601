import type { JumpTarget } from '../../protocol/model.ts';
import type { QueryValue } from '../../protocol/queries.ts';

/**
 * Says how a timeline is asked for again, so that a reader finds it as it was: the death of a worker takes nothing away
 * that was scrolled back or jumped to.
 *
 * @returns `atLeast`: as many items as are shown. `at`: the message in their middle; null when they reach the newest one.
 */
export function windowOf({ items, state }: QueryValue['timeline']): { readonly atLeast: number; readonly at: JumpTarget } {
  const middle = items.find((item, index) => item.type === 'message' && index * 2 >= items.length - 1);
  return { atLeast: items.length, at: state.hasNewer && middle?.type === 'message' ? { messageId: middle.message.id } : null };
}
