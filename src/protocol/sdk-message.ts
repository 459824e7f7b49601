import type { ConversationType } from './ids.ts';

/** What messages of every type have in common in the SDK's shape. */
type Common<Type extends string> = {
  id: string;
  type: Type;
  chatType: ConversationType;
  from?: string;
  to: string;
  /** Server time, ms since 1970. */
  time: number;
  ext?: { [name: string]: unknown };
};

type Attachment<Type extends string> = Common<Type> & {
  file: object;
  filename: string;
  url?: string;
  secret?: string;
  /** Bytes. */
  file_length?: number;
  filetype?: string;
};

/**
 * A message as the SDK's documentation shows it, by `type`. A message holds more than is named here: what the service
 * sent is kept as it came.
 */
export type SdkMessage =
  | (Common<'txt'> & { msg: string })
  | (Common<'custom'> & { customEvent: string; customExts: { [name: string]: unknown } })
  | (Common<'loc'> & { addr: string; buildingName: string; lat: number; lng: number })
  | (Common<'img'> & {
      url?: string;
      secret?: string;
      thumb?: string;
      thumb_secret?: string;
      width?: number;
      height?: number;
      file_length?: number;
    })
  /** `length`: seconds. */
  | (Attachment<'audio'> & { length?: number })
  | (Attachment<'video'> & { length?: number; thumb?: string; thumb_secret?: string })
  | Attachment<'file'>
  | (Common<'combine'> & {
      title: string;
      summary: string;
      compatibleText: string;
      combineLevel: number;
      filename: string;
      url?: string;
      secret?: string;
      file_length?: number;
    });

/** A command message: delivered, never stored. */
export type SdkCommand = Common<'cmd'> & { action: string };
