import { describe, expect, test } from 'vitest';
import { parseRoute, routeOf } from '../../../demo/app/router.ts';

describe('the address of a conversation', () => {
  test.each(['bob', '周末爬山', 'a:b/c#d%e'])('%s comes back as it was', (conversationId) => {
    const ref = { conversationId, conversationType: 'groupChat' } as const;
    expect(parseRoute(routeOf(ref))).toEqual(ref);
  });

  test.each(['', 'messages', 'singleChat:', 'chatRoom:1', 'singleChat:%E0%A4%A'])('%o names none', (fragment) => {
    expect(parseRoute(fragment)).toBeNull();
  });
});
