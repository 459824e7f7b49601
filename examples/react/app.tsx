import type { ConversationRef, TimelineItem } from 'moorage';
import { useChat, useConversations, useOutbox, usePresence, useStatus, useTimeline, useUnread } from 'moorage/react';
import { useState, type FormEvent, type ReactElement } from 'react';

/** A messenger in a page: the list, one conversation, a line to write in. */
export function App(): ReactElement {
  const [open, setOpen] = useState<ConversationRef | null>(null);
  const unread = useUnread();
  const status = useStatus();
  const waiting = useOutbox();
  return (
    <>
      <header>
        <b id="unread">{unread ?? '…'}</b> unread · <span id="status">{status?.type}</span> · <span id="waiting">{waiting?.length}</span> waiting
      </header>
      <List open={open} onOpen={setOpen} />
      {open === null ? <section /> : <Conversation conversation={open} onClose={() => setOpen(null)} />}
    </>
  );
}

function List({ open, onOpen }: { readonly open: ConversationRef | null; readonly onOpen: (ref: ConversationRef) => void }): ReactElement {
  const [search, setSearch] = useState('');
  const [isUnread, setIsUnread] = useState(false);
  // A new object each time: what it says is what counts.
  const list = useConversations({ limit: 30, search, filter: isUnread ? { isUnread } : {} });
  return (
    <nav>
      <input aria-label="Search" value={search} onChange={(event) => setSearch(event.currentTarget.value)} />
      <label>
        <input type="checkbox" checked={isUnread} onChange={(event) => setIsUnread(event.currentTarget.checked)} /> unread
      </label>
      <small id="found">{list?.total}</small>
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

function Conversation({ conversation, onClose }: { readonly conversation: ConversationRef; readonly onClose: () => void }): ReactElement {
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
      <button onClick={onClose}>Close</button>
      {state?.hasOlder && <button onClick={() => void timeline?.loadOlder().catch(() => undefined)}>Older messages</button>}
      {state?.error && <small>{state.error.message}</small>}
      <ol id="messages">
        {items.map((item) => (
          <Item key={item.key} item={item} onFill={() => void timeline?.fill(item.key).catch(() => undefined)} />
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
      {message.from}: {message.msg ?? message.type} {state.type !== 'received' && <small>{state.type}</small>}
    </li>
  );
}
