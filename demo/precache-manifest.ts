/**
 * Every file the demo needs to start, with a hash of what is in it. Empty here: the build puts the list in its place,
 * once the files are made (`build/precache-manifest.mjs`).
 */
export const manifest: readonly { readonly url: string; readonly revision: string }[] = [];
