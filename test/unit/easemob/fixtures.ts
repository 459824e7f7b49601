/** Shapes as the SDK 4.21.1 gives them; `docs/` names what was measured. */
export type Shape = { [field: string]: unknown };

/** A text message as events and history give it. */
export function textMessage(over: Shape = {}): Shape {
  return {
    id: '1234567890123456789',
    type: 'txt',
    chatType: 'singleChat',
    msg: 'hello',
    from: 'bob',
    to: 'alice',
    ext: { theme: 'dark', nested: { a: [1, 2] } },
    time: 1_700_000_000_123,
    onlineState: 3,
    ...over,
  };
}

/** A row of `getServerConversations`. */
export function listRow(over: Shape = {}): Shape {
  return {
    conversationId: 'bob',
    conversationType: 'singleChat',
    isPinned: false,
    pinnedTime: 0,
    unReadCount: 3,
    lastMessage: textMessage(),
    ...over,
  };
}

export function listAnswer(rows: readonly unknown[], cursor: unknown): Shape {
  return { type: 0, data: { conversations: rows, cursor } };
}
