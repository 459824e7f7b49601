import type { ConversationKey } from '../../protocol/ids.ts';
import type { Command } from '../storage/storage.ts';

/**
 * Has a command done here, and told to the service (OB5).
 *
 * @returns Its client id, and what the service answered; undefined where there is no answer yet.
 * @throws {SyncError} what the service refused it with
 */
export type AskCommand = (key: ConversationKey, command: Command) => Promise<{ readonly clientId: string; readonly answer: unknown }>;
