import { type Conversation } from './conversation.ts';
import { createConversationList, type ConversationList } from './conversation-list.ts';
import { createDeviceQueue, type DeviceQueue, type QueueName } from './device-queue.ts';
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
  /** What came before the account had any device; the first one takes it over. */
  readonly unclaimed: DeviceQueue;
};

export function createAccount(userId: string, password: string): Account {
  return {
    userId,
    password,
    conversations: new Map(),
    list: createConversationList(),
    pinned: new Set(),
    silent: new Map(),
    devices: new Map(),
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
