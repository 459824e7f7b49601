/** Written by the build: every file of the demo, with a hash of what is in it. */
declare module 'precache-manifest' {
  export const manifest: readonly { readonly url: string; readonly revision: string }[];
}
