import type { Chat } from 'moorage';
import { ChatProvider } from 'moorage/react';
import { StrictMode, useEffect, useState, type ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { connectChat } from './connect-chat.ts';

const connecting = connectChat();

function Page(): ReactElement {
  const [chat, setChat] = useState<Chat | null>(null);
  useEffect(() => void connecting.then(setChat), []);
  return (
    <ChatProvider chat={chat}>
      <App />
    </ChatProvider>
  );
}

const root = document.querySelector('#app');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  );
}
