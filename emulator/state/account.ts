import { type Conversation } from './conversation.ts';
import { createConversationList, type ConversationList } from './conversation-list.ts';
import { createDeviceQueue, type DeviceQueue, type QueueName } from './device-queue.ts';
import { type PushToken } from './people.ts';
import { type SilentMode } from './silence.ts';
import { type Meta } from '../msync/wire-types.ts';

/** Why the service ends a login: the STATISTIC operation it sends first. */
export type KickReason = 'user-removed' | 'other-device' | 'password-changed' | 'kicked';

/** One open socket of a device. */
export interface DeviceSession {
  readonly openedAt: number;
  /** Says that something waits in a queue. */
  notice(queue: QueueName): void;
  /** Hands metas over without being asked. */
  push(queue: QueueName, metas: readonly Meta[]): void;
  /** Says why, then closes. */
  kick(reason: KickReason, detail?: string): void;
  close(): void;
  /** Cuts the connection without a goodbye; half open: keeps it and never answers again. */
  drop(options: { readonly halfOpen: boolean }): void;
}

export type Device = {
  readonly resource: string;
  readonly platform: string;
  uuid: string;
  name: string;
  readonly queue: DeviceQueue;
  readonly sessions: Set<DeviceSession>;
};

export type Account = {
  readonly userId: string;
  password: string;
  /** By `conversationKey`. */
  readonly conversations: Map<string, Conversation>;
  readonly list: ConversationList;
  readonly pinned: Set<Conversation>;
  /** By `conversationKey`; '' is the account's own. */
  readonly silent: Map<string, SilentMode>;
  readonly devices: Map<string, Device>;
  /** Remarks ('' for none) by user id, in the order in which they became contacts. */
  readonly contacts: Map<string, string>;
  /** Who asked to become a contact and was not answered, with what they wrote. */
  readonly invitations: Map<string, string>;
  /** Whose messages are refused. */
  readonly blocked: Set<string>;
  /** What the user tells of itself, by name of the attribute. */
  readonly profile: Map<string, string>;
  /** The name in push notifications; no attribute of the profile. */
  nickname: string;
  /** By the device's id. */
  readonly pushTokens: Map<string, PushToken>;
  readonly createdAt: number;
  modifiedAt: number;
  /** What came before the account had any device; the first one takes it over. */
  readonly unclaimed: DeviceQueue;
};

/** @param createdAt In ms. */
export function createAccount({ userId, password, createdAt }: Pick<Account, 'userId' | 'password' | 'createdAt'>): Account {
  return {
    userId,
    password,
    conversations: new Map(),
    list: createConversationList(),
    pinned: new Set(),
    silent: new Map(),
    devices: new Map(),
    contacts: new Map(),
    invitations: new Map(),
    blocked: new Set(),
    profile: new Map(),
    nickname: '',
    pushTokens: new Map(),
    createdAt,
    modifiedAt: createdAt,
    unclaimed: createDeviceQueue(),
  };
}

/** The platform of a device id as the SDK makes them: `webim_web_…` is `webim`, `android_…` is `android`. */
export function platformOf(resource: string): string {
  return resource.split('_')[0] ?? resource;
}

export function isOnline(device: Device): boolean {
  return device.sessions.size > 0;
}
