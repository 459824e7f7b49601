import type { Commands } from './commands/command.ts';
import { conversationCommands } from './commands/conversations.ts';
import { messageCommands } from './commands/messages.ts';
import { ownCommands } from './commands/own.ts';
import { tabCommands } from './commands/tabs.ts';
import { weatherCommands } from './commands/weather.ts';

/** Everything that can happen in a walk, by name. */
export const COMMANDS: Commands = { ...messageCommands, ...conversationCommands, ...ownCommands, ...tabCommands, ...weatherCommands };
