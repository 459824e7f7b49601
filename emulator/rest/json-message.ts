import { type StoredMessage } from '../state/channel.ts';
import { metaFor } from '../state/traces.ts';
import { type World } from '../state/world.ts';
import { fromKeyValues } from '../msync/key-values.ts';
import { contentType, type Content } from '../msync/wire-types.ts';

/** A message as the conversation lists carry it. `payload` is JSON in a string: the SDK parses it itself. */
export type JsonMessage = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly timestamp: number;
  readonly payload: string;
};

const jsonCache = new WeakMap<StoredMessage, { readonly body: object; readonly json: JsonMessage }>();

/** The list's form of a message, as the viewer sees it. Without traces it is made once, and again after an edit. */
export function toJsonMessage(message: StoredMessage, world: World, viewer: string): JsonMessage {
  const { appKey, policies } = world;
  const cached = message.traces === undefined ? jsonCache.get(message) : undefined;
  if (cached?.body === message.body) return cached.json;
  const meta = metaFor(message, viewer, policies.reactionUsersMax);
  const domain = message.chatType === 'groupChat' ? 'conference.easemob.com' : 'easemob.com';
  const { body } = message;
  const json: JsonMessage = {
    id: message.id,
    from: `${appKey}_${message.from}@easemob.com`,
    to: `${appKey}_${message.to}@${domain}`,
    timestamp: message.time,
    payload: JSON.stringify({
      bodies: (body.contents ?? []).map(toJsonContent),
      ext: fromKeyValues(body.ext),
      from: message.from,
      to: message.to,
      type: message.chatType === 'groupChat' ? 'groupChat' : 'chat',
      ...(body.msgConfig === undefined ? {} : { msgConfig: body.msgConfig }),
      ...(meta === undefined || meta === '' ? {} : { meta: JSON.parse(meta) as unknown }),
    }),
  };
  jsonCache.set(message, { body, json });
  return json;
}

function toJsonContent(content: Content): object {
  const file = {
    url: content.remotePath ?? '',
    secret: content.secretKey ?? '',
    filename: content.displayName ?? '',
    file_length: content.fileLength ?? 0,
  };
  switch (content.type ?? contentType.text) {
    case contentType.text:
      // A combined message is a text with a sub type, so that an old client shows its `compatibleText`.
      if (content.subType !== 0) return { type: 'txt', msg: content.text ?? '' };
      return {
        type: 'txt',
        subType: 'sub_combine',
        msg: content.text ?? '',
        title: content.title ?? '',
        summary: content.summary ?? '',
        combineLevel: content.combineLevel ?? 0,
        ...file,
      };
    case contentType.image:
      return {
        type: 'img',
        size: content.size ?? {},
        ...(content.subType === 1 ? { subType: 'sub_gif' } : {}),
        ...file,
      };
    case contentType.video:
      return {
        type: 'video',
        length: content.duration ?? 0,
        thumb: content.thumbnailRemotePath ?? '',
        thumb_secret: content.thumbnailSecretKey ?? '',
        ...file,
      };
    case contentType.location:
      return {
        type: 'loc',
        addr: content.address ?? '',
        buildingName: content.buildingName ?? '',
        lat: content.latitude ?? 0,
        lng: content.longitude ?? 0,
      };
    case contentType.voice:
      return { type: 'audio', length: content.duration ?? 0, ...file };
    case contentType.file:
      return { type: 'file', ...file };
    case contentType.command:
      return { type: 'cmd', action: content.action ?? '' };
    case contentType.custom: {
      const exts = fromKeyValues(content.customExts);
      return {
        type: 'custom',
        customEvent: content.customEvent ?? '',
        customExts: Object.entries(exts).map(([key, value]) => ({ [key]: value })),
      };
    }
    default:
      return { type: 'txt', msg: content.text ?? '' };
  }
}
