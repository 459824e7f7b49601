import { isOnline } from '../state/account.ts';
import { ok, refuse, text, texts, type Route } from './route.ts';

/** What the plugins for groups and presence ask for: one route of each. A group's owner is its first member. */
export const peopleRoutes: readonly Route[] = [
  {
    name: 'group-info',
    method: 'GET',
    path: 'chatgroups/:group',
    handle({ path }, { world }) {
      const id = text(path[1]);
      const members = world.groups.get(id);
      if (members === undefined) return refuse(404, 'resource_not_found', `grpID ${id} does not exist!`);
      const [owner = '', ...others] = members;
      const affiliations = [{ owner }, ...others.map((member) => ({ member }))];
      return ok({ data: [{ id, name: id, owner, affiliations, affiliations_count: members.size, public: false, maxusers: 200 }] });
    },
  },
  {
    name: 'presence',
    method: 'POST',
    path: 'users/:user/presence',
    handle({ body }, { world }) {
      const asked = texts(body['usernames']);
      const result = asked.map((uid) => {
        const devices = [...(world.findAccount(uid)?.devices.values() ?? [])].filter(isOnline);
        return { uid, status: Object.fromEntries(devices.map(({ resource }) => [resource, '1'])), ext: '', expiry: 0, last_time: 0 };
      });
      return ok({ result });
    },
  },
];
