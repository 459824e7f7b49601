const USER_KEY = 'moorage-demo:user';
const LANGUAGE_KEY = 'moorage-demo:language';
const EMULATOR_KEY = 'moorage-demo:emulator';

/** Storage that a browser can refuse (blocked cookies, a full disk): then nothing is remembered, and the page goes on. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

/** What this browser remembers between visits. Never a token, never a password. */
export const settings = {
  /**
   * Who is signed in here: `?user=` in the address, else this tab's, else the browser's last.
   * One browser can so hold tabs of several accounts, and a new tab opens with the last one.
   */
  readUser(): string | null {
    return (
      new URLSearchParams(location.search).get('user') ||
      attempt(() => sessionStorage.getItem(USER_KEY) ?? localStorage.getItem(USER_KEY))
    );
  },

  writeUser(user: string | null): void {
    for (const storage of [() => sessionStorage, () => localStorage]) {
      attempt(() => (user === null ? storage().removeItem(USER_KEY) : storage().setItem(USER_KEY, user)));
    }
    const address = new URL(location.href);
    if (!address.searchParams.has('user')) return;
    address.searchParams.delete('user');
    history.replaceState(history.state, '', address);
  },

  readLanguage: () => attempt(() => localStorage.getItem(LANGUAGE_KEY)),
  writeLanguage: (language: string) => void attempt(() => localStorage.setItem(LANGUAGE_KEY, language)),

  /** Where the emulator was last, so that the demo opens without a network. */
  readEmulator: () => attempt(() => localStorage.getItem(EMULATOR_KEY)),
  writeEmulator: (json: string) => void attempt(() => localStorage.setItem(EMULATOR_KEY, json)),
};
