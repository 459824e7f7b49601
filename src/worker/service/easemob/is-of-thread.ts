/** @returns Whether a message belongs to a thread: then it is in no conversation of the list, and the SDK's own plugin leaves it out too. */
export function isOfThread({ chatThread, isChatThread }: { readonly [name: string]: unknown }): boolean {
  return Boolean(chatThread) || isChatThread === true;
}
