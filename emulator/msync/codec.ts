import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import {
  type Body,
  type Envelope,
  type Logout,
  type Meta,
  type Notice,
  type Provision,
  type Roster,
  type Statistics,
  type SyncDown,
  type SyncUp,
  type UnreadDown,
} from './wire-types.ts';

/** One message type of the wire format, both ways. */
export interface Codec<T> {
  encode(value: T): Uint8Array;
  /** @throws If the bytes are not such a message. */
  decode(bytes: Uint8Array): T;
}

const root = protobuf.parse(readFileSync(new URL('./msync.proto', import.meta.url), 'utf8')).root;

function createCodec<T extends object>(name: string): Codec<T> {
  const type = root.lookupType(`msync.${name}`);
  return {
    encode: (value) => type.encode(value).finish(),
    decode: (bytes) => type.toObject(type.decode(bytes), { longs: String, arrays: false }) as T,
  };
}

export const envelopeCodec = createCodec<Envelope>('Envelope');
export const provisionCodec = createCodec<Provision>('Provision');
export const logoutCodec = createCodec<Logout>('Logout');
export const syncUpCodec = createCodec<SyncUp>('SyncUp');
export const syncDownCodec = createCodec<SyncDown>('SyncDown');
export const noticeCodec = createCodec<Notice>('Notice');
export const unreadDownCodec = createCodec<UnreadDown>('UnreadDown');
export const metaCodec = createCodec<Meta>('Meta');
export const bodyCodec = createCodec<Body>('Body');
export const rosterCodec = createCodec<Roster>('Roster');
export const statisticsCodec = createCodec<Statistics>('Statistics');

/**
 * JSON as the client's NOTIFY decoder can read it: it turns bytes to hex without padding, so no byte may be below
 * 0x10. Compact JSON escapes control characters, which is all that is needed.
 */
export function encodeJson(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value), 'utf8');
}
