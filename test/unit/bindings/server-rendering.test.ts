import { connect, type Chat } from 'moorage';
import { ChatProvider, useConversations, useStatus, useTimeline, useUnread } from 'moorage/react';
import { provideChat, useChat, useConversations as useVueConversations, useUnread as useVueUnread } from 'moorage/vue';
import { createElement, type ReactElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { createSSRApp, h } from 'vue';
import { renderToString as renderVue } from 'vue/server-renderer';

const bob = { conversationId: 'bob', conversationType: 'singleChat' } as const;

test('on a server React shows what there is before anything is known, without a chat', () => {
  const Page = (): ReactElement => {
    const { items, timeline } = useTimeline(bob);
    const known = [useConversations(), useStatus(), useUnread(), timeline].filter((value) => value !== undefined && value !== null);
    return createElement('p', null, `${items.length} items, ${known.length} known`);
  };
  const html = renderToString(createElement(ChatProvider, { chat: null }, createElement(Page)));
  expect(html).toBe('<p>0 items, 0 known</p>');
});

test('on a server Vue does, too', async () => {
  const Page = {
    setup() {
      const list = useVueConversations();
      const unread = useVueUnread();
      return () => h('p', `${typeof list.value} ${typeof unread.value}`);
    },
  };
  const Root = {
    setup() {
      provideChat(null);
      return () => h(Page);
    },
  };
  expect(await renderVue(createSSRApp(Root))).toBe('<p>undefined undefined</p>');
});

test('in Vue the component that provides a chat has it for its own composables as well', async () => {
  const chat = {} as Chat;
  const outer = {} as Chat;
  const seen: unknown[] = [];
  const Below = {
    setup() {
      seen.push(useChat().value);
      return () => h('p');
    },
  };
  const Page = {
    setup() {
      seen.push(useChat().value);
      provideChat(chat);
      seen.push(useChat().value);
      return () => h(Below);
    },
  };
  const Root = {
    setup() {
      provideChat(outer);
      return () => h(Page);
    },
  };
  await renderVue(createSSRApp(Root));
  expect(seen.map((each) => (each === chat ? 'own' : each === outer ? 'outer' : each))).toEqual(['outer', 'own', 'own']);
});

test('[ER1] on a server connect() rejects, and says why', async () => {
  const connecting = connect({ account: { appKey: 'org#app', userId: 'alice' }, token: () => '', worker: () => new MessageChannel().port1 });
  await expect(connecting).rejects.toMatchObject({ name: 'SyncError', code: 'unsupported' });
});
