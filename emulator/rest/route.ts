import { type RouteName } from '../faults.ts';
import { type Account } from '../state/account.ts';
import { type Contacts } from '../state/contacts.ts';
import { type Files } from '../state/files.ts';
import { type ConversationActions } from '../state/conversation-actions.ts';
import { type Messaging } from '../state/messaging.ts';
import { type People } from '../state/people.ts';
import { type Reactions } from '../state/reactions.ts';
import { type Silence } from '../state/silence.ts';
import { type World } from '../state/world.ts';

/** What every route works on. */
export type Service = {
  readonly world: World;
  readonly messaging: Messaging;
  readonly actions: ConversationActions;
  readonly reactions: Reactions;
  readonly silence: Silence;
  readonly contacts: Contacts;
  readonly people: People;
  readonly files: Files;
  readonly apiUrl: () => string;
};

export type RestRequest = {
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly contentType: string;
  /** Of an upload: only who knows the secret may download it. */
  readonly isRestricted: boolean;
  readonly bytes: Buffer;
  /** The body as JSON, or the fields of a form without files; an empty object if there is none. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Whose token came with the request; for `public` routes an account without rights. */
  readonly account: Account;
  /** When the token of the request expires, in ms. */
  readonly tokenExpiresAt: number;
};

export type RestAnswer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object | Buffer;
};

export type Route = {
  readonly name: RouteName;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path after `/{org}/{app}/`, with the `api/sdk/v1/` before them if there is one; `:user` must be whose token it is, `:x` is anything. */
  readonly path: string;
  /** Needs no token. */
  readonly public?: boolean;
  /** Tells routes of the same method and path apart. */
  readonly when?: (query: URLSearchParams) => boolean;
  readonly handle: (request: RestRequest, service: Service) => RestAnswer;
};

export function ok(fields: object): RestAnswer {
  return { status: 200, body: fields };
}

/** An error in the service's shape. */
export function refuse(status: number, error: string, description: string, errorCode?: number): RestAnswer {
  return {
    status,
    body: { error, error_description: description, ...(errorCode === undefined ? {} : { error_code: errorCode }) },
  };
}

/** `chat` is a single chat; `groupchat`, in whatever case, a group. */
export function chatTypeOf(name: unknown): 'singleChat' | 'groupChat' {
  return typeof name === 'string' && name.toLowerCase() === 'groupchat' ? 'groupChat' : 'singleChat';
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text) : [];
}

/** A whole number from a query, at least 1 and at most `max`; `fallback` if it is none. */
export function pageSize(value: unknown, options: { readonly max: number; readonly fallback: number }): number {
  const size = Number(value);
  return Math.min(Number.isInteger(size) && size > 0 ? size : options.fallback, options.max);
}
