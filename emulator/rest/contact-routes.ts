import { ok, pageSize, refuse, text, texts, type RestAnswer, type RestRequest, type Route } from './route.ts';
import { type Account } from '../state/account.ts';
import { type ContactRefusal, type Regarding } from '../state/contacts.ts';

/** Invitations, contacts with remarks, and the blocklist. */
export const contactRoutes: readonly Route[] = [
  {
    name: 'invite-contact',
    method: 'POST',
    path: 'users/:user/contacts/apply',
    handle({ account, body }, { contacts }) {
      const [other = ''] = texts(body['usernames']);
      return answer(contacts.invite({ account, other }, text(body['reason'])));
    },
  },
  {
    name: 'accept-contact',
    method: 'POST',
    path: 'users/:user/contacts/accept/users/:x',
    handle: (request, { contacts }) => answer(contacts.answer(regarding(request), { accept: true })),
  },
  {
    name: 'decline-contact',
    method: 'POST',
    path: 'users/:user/contacts/decline/users/:x',
    handle: (request, { contacts }) => answer(contacts.answer(regarding(request), { accept: false })),
  },
  {
    name: 'delete-contact',
    method: 'DELETE',
    path: 'users/:user/contacts/users/:x',
    handle(request, { contacts }) {
      contacts.remove(regarding(request));
      return answer(undefined);
    },
  },
  {
    name: 'set-remark',
    method: 'PUT',
    path: 'users/:user/contacts/users/:x',
    handle: (request, { contacts }) => answer(contacts.remark(regarding(request), text(request.body['remark']))),
  },
  {
    name: 'contacts',
    method: 'GET',
    path: 'users/:user/contacts/users',
    handle({ account, query }) {
      const withRemarks = query.get('needReturnRemark') === 'true';
      return ok({ data: [...account.contacts.keys()], ...(withRemarks ? { entities: rowsOf(account) } : {}) });
    },
  },
  {
    name: 'contact-page',
    method: 'GET',
    path: 'users/:user/contacts',
    handle({ account, query }) {
      const rows = rowsOf(account);
      const start = Number(query.get('cursor')) || 0;
      const contacts = rows.slice(start, start + pageSize(query.get('limit'), { max: 50, fallback: 20 }));
      const next = start + contacts.length;
      return ok({ data: { contacts, cursor: next < rows.length ? String(next) : '' } });
    },
  },
  {
    name: 'blocklist',
    method: 'GET',
    path: 'users/:user/blocks/users',
    handle: ({ account }) => ok({ data: [...account.blocked] }),
  },
  {
    name: 'block',
    method: 'POST',
    path: 'sdk/user/:user/blocks',
    handle: blocking({ set: true }),
  },
  {
    name: 'unblock',
    method: 'DELETE',
    path: 'sdk/user/:user/blocks',
    handle: blocking({ set: false }),
  },
];

function blocking(change: { readonly set: boolean }): Route['handle'] {
  return ({ account, body }, { contacts }) => {
    const userIds = texts(body['usernames']);
    contacts.block(account, userIds, change);
    return ok({ data: userIds });
  };
}

/** The other user is what the path ends with. */
function regarding({ account, path }: RestRequest): Regarding {
  return { account, other: path.at(-1) ?? '' };
}

function rowsOf({ contacts }: Account): object[] {
  return [...contacts].map(([username, remark]) => ({ username, remark }));
}

function answer(refusal: ContactRefusal | undefined): RestAnswer {
  if (refusal === undefined) return ok({});
  return refusal === 'user not found' ? refuse(404, 'not_found', refusal) : refuse(400, 'illegal_argument', refusal);
}
