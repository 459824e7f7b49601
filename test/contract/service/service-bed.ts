import type { ConversationRef } from '../../../src/protocol/ids.ts';
import type { Account } from '../../../src/protocol/model.ts';
import type { ChatService } from '../../../src/worker/service/chat-service.ts';

/** What can go wrong with one kind of request. */
export type BedFault = 'rate-limited' | 'server-error' | 'proxy-page' | 'hang' | 'malformed' | 'unauthorized';

/** The other side of a {@link ChatService}: what other people, other devices and operators do. */
export interface ServiceBackend {
  write(message: {
    readonly from: string;
    readonly to: string;
    readonly conversationType?: ConversationRef['conversationType'];
    readonly text: string;
    readonly ext?: { readonly [name: string]: unknown };
  }): Promise<{ readonly id: string; readonly time: number }>;
  recall(messageId: string): Promise<void>;
  edit(messageId: string, text: string): Promise<void>;
  /** A user gives a reaction to a message, or takes it back. */
  react(options: { readonly messageId: string; readonly userId: string; readonly reaction: string; readonly isAdded: boolean }): Promise<void>;
  pinMessage(options: { readonly messageId: string; readonly userId: string; readonly isPinned: boolean }): Promise<void>;
  /** The message reached `userId`, or was read there. */
  acknowledgeMessage(options: { readonly messageId: string; readonly userId: string; readonly type: 'delivered' | 'read' }): Promise<void>;
  /** The account changes do-not-disturb on another device. */
  mute(conversation: ConversationRef, isMuted: boolean): Promise<void>;
  command(options: { readonly from: string; readonly to: string; readonly action: string }): Promise<void>;
  /** `userId` has read the conversation; for the account itself, on another device. */
  read(userId: string, conversation: ConversationRef): Promise<void>;
  /** The service's unread count of the account. */
  unread(conversation: ConversationRef): Promise<number>;
  /** Ids in the service's history of the account, oldest first. */
  history(conversation: ConversationRef): Promise<readonly string[]>;
  makeGroup(groupId: string, members: readonly string[]): Promise<void>;
  kick(): Promise<void>;
  dropConnections(): Promise<void>;
  /** The next request for a list or a page of history goes wrong. */
  failNext(request: 'list' | 'history', fault: BedFault): Promise<void>;
}

/** One service, not connected yet, and the world around it. Each test opens its own. */
export interface ServiceBed {
  /** Its user is `alice`; `bob` and `carol` are there too. */
  readonly account: Account;
  readonly service: ChatService;
  readonly backend: ServiceBackend;
  /** A token for the account that works. */
  token(): string;
  /** The deadline the service was made with. Unit: ms. */
  readonly timeoutMs: number;
  close(): Promise<void>;
}

export type OpenServiceBed = () => Promise<ServiceBed>;
