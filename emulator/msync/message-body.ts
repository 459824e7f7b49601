import { toKeyValues, type Ext } from './key-values.ts';
import { contentType, type Body, type Content } from './wire-types.ts';
import { plainBodyType, type Address } from '../state/messaging.ts';

/** What a message can be, in the SDK's words. */
export type MessageContent =
  | { readonly type: 'txt'; readonly msg: string }
  | { readonly type: 'cmd'; readonly action: string }
  | { readonly type: 'custom'; readonly customEvent: string; readonly customExts?: Ext }
  | {
      readonly type: 'loc';
      readonly lat: number;
      readonly lng: number;
      readonly addr: string;
      readonly buildingName?: string;
    }
  | ({ readonly type: 'img'; readonly width?: number; readonly height?: number; readonly isGif?: boolean } & FileFields)
  | ({ readonly type: 'audio' | 'video'; readonly length?: number } & FileFields)
  | ({ readonly type: 'file' } & FileFields)
  | ({
      readonly type: 'combine';
      readonly title: string;
      readonly summary: string;
      readonly compatibleText: string;
      readonly combineLevel?: number;
    } & FileFields);

type FileFields = {
  readonly url: string;
  readonly filename?: string;
  readonly secret?: string;
  readonly fileLength?: number;
};

/** The wire's form of a message. */
export function toBody(address: Address, content: MessageContent, ext: Ext = {}): Body {
  return {
    type: plainBodyType(address.chatType),
    from: { name: address.from },
    to: { name: address.to },
    contents: [toContent(content)],
    ext: toKeyValues(ext),
  };
}

function toContent(content: MessageContent): Content {
  switch (content.type) {
    case 'txt':
      return { type: contentType.text, text: content.msg };
    case 'cmd':
      return { type: contentType.command, action: content.action };
    case 'custom':
      return {
        type: contentType.custom,
        customEvent: content.customEvent,
        customExts: toKeyValues(content.customExts ?? {}),
      };
    case 'loc':
      return {
        type: contentType.location,
        latitude: content.lat,
        longitude: content.lng,
        address: content.addr,
        buildingName: content.buildingName ?? '',
      };
    case 'img':
      return {
        type: contentType.image,
        ...toFile(content),
        size: { width: content.width ?? 0, height: content.height ?? 0 },
        ...(content.isGif === true ? { subType: 1 } : {}),
      };
    case 'audio':
      return { type: contentType.voice, ...toFile(content), duration: content.length ?? 0 };
    case 'video':
      return { type: contentType.video, ...toFile(content), duration: content.length ?? 0 };
    case 'file':
      return { type: contentType.file, ...toFile(content) };
    case 'combine':
      return {
        type: contentType.text,
        subType: 0,
        text: content.compatibleText,
        title: content.title,
        summary: content.summary,
        combineLevel: content.combineLevel ?? 1,
        ...toFile(content),
      };
  }
}

function toFile(content: FileFields): Content {
  return {
    remotePath: content.url,
    displayName: content.filename ?? '',
    secretKey: content.secret ?? '',
    fileLength: content.fileLength ?? 0,
  };
}
