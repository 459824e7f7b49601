/** Shows what the test looks at: the state, the number of conversations, and the last message of one. */
export function show(chat) {
  chat.status.subscribe(({ type }) => (document.title = type));
  chat.conversations().subscribe(({ total }) => (document.querySelector('#total').textContent = String(total)));
  chat.timeline({ conversationId: 'bob', conversationType: 'singleChat' }).subscribe(({ items }) => {
    const last = items.at(-1);
    document.querySelector('#last').textContent = last?.type === 'message' ? last.message.msg : '';
  });
}

export const account = { appKey: 'org#app', userId: 'alice' };
export const token = () => fetch('/chat-token').then((response) => response.text());
