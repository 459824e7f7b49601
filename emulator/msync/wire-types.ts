/** The frames' contents as plain objects. 64-bit numbers are decimal strings: they do not fit a JavaScript number. */
export type Jid = {
  readonly appKey?: string;
  readonly name?: string;
  readonly domain?: string;
  readonly clientResource?: string;
};

export type KeyValue = {
  readonly key?: string;
  readonly type?: number;
  readonly varintValue?: string | number;
  readonly floatValue?: number;
  readonly doubleValue?: number;
  readonly stringValue?: string;
};

export type Status = { readonly errorCode?: number; readonly reason?: string };

export type Envelope = {
  readonly version?: number;
  readonly guid?: Jid;
  readonly auth?: string;
  readonly command?: number;
  readonly payload?: Uint8Array;
};

export type Provision = {
  readonly osType?: number;
  readonly status?: Status;
  readonly deviceUuid?: string;
  readonly deviceName?: string;
  readonly resource?: string;
  readonly auth?: string;
  readonly authToken?: string;
  readonly sessionId?: string;
  readonly reason?: string;
};

export type Logout = { readonly sessionId?: string; readonly reason?: string; readonly status?: Status };

export type Meta = {
  readonly id?: string;
  readonly from?: Jid;
  readonly to?: Jid;
  readonly timestamp?: string | number;
  readonly ns?: number;
  readonly payload?: Uint8Array;
  readonly routetype?: number;
  readonly ext?: readonly KeyValue[];
  readonly meta?: Uint8Array;
  readonly directedUsers?: readonly string[];
};

export type SyncUp = { readonly meta?: Meta; readonly key?: string; readonly queue?: Jid };

export type SyncDown = {
  readonly status: Status;
  readonly metaId?: string;
  readonly serverId?: string;
  readonly metas?: readonly Meta[];
  readonly nextKey?: string | number;
  readonly queue?: Jid;
  readonly isLast?: boolean;
  readonly timestamp?: string | number;
};

export type Notice = { readonly queue: Jid };

export type UnreadDown = {
  readonly status: Status;
  readonly unread: readonly { readonly queue: Jid; readonly n: number }[];
  readonly timestamp: string | number;
};

export type Content = {
  readonly type?: number;
  readonly text?: string;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly address?: string;
  readonly displayName?: string;
  readonly remotePath?: string;
  readonly secretKey?: string;
  readonly fileLength?: number;
  readonly action?: string;
  readonly params?: readonly KeyValue[];
  readonly duration?: number;
  readonly size?: { readonly width?: number; readonly height?: number };
  readonly thumbnailRemotePath?: string;
  readonly thumbnailSecretKey?: string;
  readonly thumbnailDisplayName?: string;
  readonly customEvent?: string;
  readonly customExts?: readonly KeyValue[];
  readonly buildingName?: string;
  readonly subType?: number;
  readonly title?: string;
  readonly summary?: string;
  readonly combineLevel?: number;
};

export type Body = {
  readonly type?: number;
  readonly from?: Jid;
  readonly to?: Jid;
  readonly contents?: readonly Content[];
  readonly ext?: readonly KeyValue[];
  readonly ackMessageId?: string;
  readonly msgConfig?: { readonly allowGroupAck?: boolean };
  readonly ackContent?: string;
  readonly meta?: string;
  readonly editMessageId?: string;
  readonly editScope?: number;
};

export type Roster = { readonly operation: number; readonly from: Jid; readonly to: readonly Jid[]; readonly reason?: string };

export type Statistics = { readonly operation?: number; readonly reason?: string };

export const command = { sync: 0, unread: 1, notice: 2, provision: 3, logout: 4 } as const;
export const nameSpace = { statistic: 0, chat: 1, roster: 3, notify: 5 } as const;
export const bodyType = { chat: 1, group: 2, readAck: 4, deliveryAck: 5, recall: 6, channelAck: 7, edit: 8 } as const;
/** What became of two users: `accept` is told to the one who accepted, `remoteAccept` to the one who had asked. */
export const rosterOperation = { add: 2, remove: 3, accept: 4, remoteAccept: 8, remoteDecline: 9 } as const;
export const contentType = {
  text: 0,
  image: 1,
  video: 2,
  location: 3,
  voice: 4,
  file: 5,
  command: 6,
  custom: 7,
  combine: 8,
} as const;
