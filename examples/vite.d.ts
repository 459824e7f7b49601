/** What Vite adds to the language: single-file components, and the settings of a build. */
declare module '*.vue' {
  import type { Component } from 'vue';

  const component: Component;
  export default component;
}

interface ImportMeta {
  readonly env: { readonly VITE_API_URL?: string; readonly VITE_SOCKET_URL?: string };
}
