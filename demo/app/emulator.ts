import { settings } from './settings.ts';

/** Who lives in the demo's emulator, which answers on the page's own address under `/emulator/`. */
export type EmulatorConfig = {
  readonly appKey: string;
  /** Accounts to sign in with, in the order to show them. */
  readonly accounts: readonly string[];
};

export type WriteAs = {
  readonly from: string;
  readonly to: string;
  readonly chatType: 'singleChat' | 'groupChat';
  readonly text: string;
};

/** Most accounts offered: a big seed has thousands. */
const ACCOUNTS_MAX = 12;

async function getJson(command: string): Promise<unknown> {
  const response = await fetch(`/emulator/${command}`, { cache: 'no-store' });
  if (!response.ok) throw new Error(`the emulator answered ${response.status}`);
  return response.json();
}

function parse(json: string | null): EmulatorConfig | null {
  try {
    return json === null ? null : (JSON.parse(json) as EmulatorConfig);
  } catch {
    return null;
  }
}

/**
 * Asks the emulator who lives in it.
 *
 * @returns What it says; without a network, what it said last; `null` when it never said anything here.
 */
export async function readConfig(): Promise<EmulatorConfig | null> {
  try {
    const [{ appKey }, accounts] = (await Promise.all([getJson(''), getJson('accounts')])) as [{ appKey: string }, string[]];
    const config = { appKey, accounts: accounts.slice(0, ACCOUNTS_MAX) };
    settings.writeEmulator(JSON.stringify(config));
    return config;
  } catch {
    return parse(settings.readEmulator());
  }
}

/**
 * A token for one of the seeded accounts. A real app asks its own server, which asks the service.
 *
 * @throws {Error} The emulator did not answer, or said no.
 */
export async function fetchToken(userId: string): Promise<string> {
  const response = await fetch(`/emulator/token?user=${encodeURIComponent(userId)}`);
  if (!response.ok) throw new Error(`no token: ${response.status}`);
  return response.text();
}

/** A message as the emulator's own books have it. */
export type BookedMessage = { readonly id: string; readonly from: string; readonly type: string; readonly text: string };

/** @returns What the user still has of a conversation, oldest first. @throws {Error} The emulator did not answer, or said no. */
export async function bookedHistory(userId: string, conversationId: string): Promise<readonly BookedMessage[]> {
  const query = new URLSearchParams({ user: userId, conversation: conversationId });
  return (await getJson(`history?${query.toString()}`)) as readonly BookedMessage[];
}

/**
 * Tells the emulator to do something: emulator/README.md has the list.
 *
 * @throws {Error} The emulator did not answer, or said no.
 */
export async function command(name: string, body: object = {}, method: 'POST' | 'DELETE' = 'POST'): Promise<void> {
  const response = await fetch(`/emulator/${name}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(method === 'POST' && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`not done: ${response.status}`);
}

/** Makes another user write. @throws {Error} As `command`. */
export const writeAs = (message: WriteAs): Promise<void> => command('write', message);
