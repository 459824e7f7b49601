import type { ConversationRef, TimelineItem } from 'moorage';
import { useChat, useConversations, usePresence, useStatus, useTimeline, useUnread } from 'moorage/react';
import { useState, type FormEvent, type ReactElement } from 'react';

/** A messenger in a page: the list, one conversation, a line to write in. */
export function App(): ReactElement {
  const [open, setOpen] = useState<ConversationRef | null>(null);
  const unread = useUnread();
  const status = useStatus();
  return (
    <>
      <header>
        <b id="unread">{unread ?? '…'}</b> unread · <span id="status">{status?.type}</span>
      </header>
      <List open={open} onOpen={setOpen} />
      {open === null ? <section /> : <Conversation conversation={open} />}
    </>
  );
}

function List({ open, onOpen }: { readonly open: ConversationRef | null; readonly onOpen: (ref: ConversationRef) => void }): ReactElement {
  const list = useConversations({ limit: 30 });
  return (
    <nav>
      {list?.rows.map(({ conversationId, conversationType, unReadCount }) => (
        <button
          key={`${conversationType}:${conversationId}`}
          aria-current={open?.conversationId === conversationId}
          onClick={() => onOpen({ conversationId, conversationType })}
        >
          {conversationId} {unReadCount > 0 && <b>{unReadCount}</b>}
        </button>
      ))}
    </nav>
  );
}

function Conversation({ conversation }: { readonly conversation: ConversationRef }): ReactElement {
  const chat = useChat();
  const { timeline, items, state } = useTimeline(conversation);
  usePresence(conversation);

  const send = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const msg = new FormData(form).get('text');
    if (typeof msg !== 'string' || msg === '') return;
    void chat?.send({ conversation, type: 'txt', msg });
    form.reset();
  };

  return (
    <section>
      {state?.hasOlder && <button onClick={() => void timeline?.loadOlder()}>Older messages</button>}
      <ol id="messages">
        {items.map((item) => (
          <Item key={item.key} item={item} onFill={() => void timeline?.fill(item.key)} />
        ))}
      </ol>
      <form onSubmit={send}>
        <input name="text" aria-label="Message" autoComplete="off" />
        <button>Send</button>
      </form>
    </section>
  );
}

function Item({ item, onFill }: { readonly item: TimelineItem; readonly onFill: () => void }): ReactElement {
  if (item.type === 'hole') {
    return (
      <li>
        <button onClick={onFill}>{item.isLoading ? 'Loading…' : 'Messages are missing here'}</button>
      </li>
    );
  }
  const { message, state } = item;
  return (
    <li>
      {message.from}: {typeof message['msg'] === 'string' ? message['msg'] : message.type} {state.type !== 'received' && <small>{state.type}</small>}
    </li>
  );
}
