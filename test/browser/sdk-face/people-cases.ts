import type { Emulator } from '../../../emulator/start-emulator.ts';
import { createAsker } from '../../unit/emulator/ask.ts';
import type { MethodCase, Side } from './method-case.ts';

/** Contacts, blocked users and what users tell of themselves: what is asked as Alice. Each method has somebody of its own to act upon. */

const alice = ({ state }: Emulator): ReturnType<Emulator['state']['person']> => state.person('alice');
const isContact = (emulator: Emulator, id: string): boolean => alice(emulator).contacts.some(({ userId }) => userId === id);
const isWaiting = (emulator: Emulator, id: string): boolean => alice(emulator).invitedBy.some(({ userId }) => userId === id);
const nothing = (): unknown => undefined;

function befriend(emulator: Emulator, id: string): void {
  emulator.contact({ from: id, to: 'alice', act: 'invite' });
  emulator.contact({ from: 'alice', to: id, act: 'accept' });
}

const accept = (name: string): MethodCase => ({
  before: (side, emulator) => emulator.contact({ from: `${name}-${side}`, to: 'alice', act: 'invite' }),
  args: (side) => [`${name}-${side}`],
  done: (side, emulator) => isContact(emulator, `${name}-${side}`) && !isWaiting(emulator, `${name}-${side}`),
});

const decline = (name: string): MethodCase => ({
  before: (side, emulator) => emulator.contact({ from: `${name}-${side}`, to: 'alice', act: 'invite' }),
  args: (side) => [`${name}-${side}`],
  done: (side, emulator) => !isContact(emulator, `${name}-${side}`) && !isWaiting(emulator, `${name}-${side}`),
});

const remove = (name: string): MethodCase => ({
  before: (side, emulator) => befriend(emulator, `${name}-${side}`),
  args: (side) => [`${name}-${side}`],
  done: (side, emulator) => !isContact(emulator, `${name}-${side}`),
});

const block = (name: string): MethodCase => ({
  args: (side) => [{ name: [`${name}-${side}`] }],
  same: (answer: { readonly data: { readonly userIds: readonly string[] } }) => answer.data.userIds.length,
  done: (side, emulator) => alice(emulator).blocked.includes(`${name}-${side}`),
});

const unblock = (name: string): MethodCase => ({
  before: (side, emulator) => emulator.block({ from: 'alice', to: `${name}-${side}` }),
  args: (side) => [{ name: `${name}-${side}` }],
  done: (side, emulator) => !alice(emulator).blocked.includes(`${name}-${side}`),
});

const uploadToken = (name: string): MethodCase => ({
  args: (side) => [{ deviceId: `${name}-${side}`, deviceToken: 't', notifierName: 'n' }],
  same: ({ data }: { data: object }) => Object.keys(data),
  done: (side, emulator) => alice(emulator).pushTokens.some(({ deviceId }) => deviceId === `${name}-${side}`),
});

/** The push tokens of devices that are logged in: of the SDK's, and of Moorage's. */
const boundTokens = (emulator: Emulator): number => {
  const resources = emulator.state.devices('alice').map(({ resource }) => resource);
  return alice(emulator).pushTokens.filter(({ deviceId }) => resources.includes(deviceId)).length;
};

export const peopleCases: { readonly [method: string]: MethodCase } = {
  addContact: {
    before: (side, emulator) => emulator.seed({ accounts: [`asked-${side}`], conversations: 0 }),
    args: (side) => [`asked-${side}`, 'hello'],
    done: (side, { state }) => state.person(`asked-${side}`).invitedBy.some(({ reason }) => reason === 'hello'),
  },
  acceptContactInvite: accept('accepted'),
  acceptInvitation: accept('accepted-by-old-name'),
  declineContactInvite: decline('declined'),
  declineInvitation: decline('declined-by-old-name'),
  deleteContact: remove('deleted'),
  removeRoster: remove('deleted-by-old-name'),
  setContactRemark: {
    before: (side, emulator) => befriend(emulator, `remarked-${side}`),
    args: (side) => [{ userId: `remarked-${side}`, remark: 'from work' }],
    done: (side, emulator) => alice(emulator).contacts.some(({ userId, remark }) => userId === `remarked-${side}` && remark === 'from work'),
  },
  getContactsWithCursor: { args: () => [{ pageSize: 2, cursor: '1' }] },
  addUsersToBlocklist: block('blocked'),
  addUsersToBlacklist: block('blocked-by-old-name'),
  addToBlackList: block('blocked-by-oldest-name'),
  removeUserFromBlocklist: unblock('unblocked'),
  removeUserFromBlackList: unblock('unblocked-by-old-name'),
  removeFromBlackList: unblock('unblocked-by-oldest-name'),
  updateUserInfo: {
    args: (side) => [{ nickname: `Alice ${side}`, ext: 'a&b' }],
    same: ({ data }: { data: object }) => Object.keys(data),
    done: (side, emulator) => alice(emulator).profile['nickname'] === `Alice ${side}`,
  },
  updateOwnUserInfo: {
    args: (side) => ['sign', `sign ${side}`],
    same: ({ data }: { data: object }) => Object.keys(data),
    done: (side, emulator) => alice(emulator).profile['sign'] === `sign ${side}`,
  },
  fetchUserInfoById: { args: () => [['alice', 'bob'], ['nickname', 'mail']] },
  updateCurrentUserNick: {
    args: (side) => [`nick ${side}`],
    same: ({ entities }: { entities: readonly { username: string }[] }) => entities.map(({ username }) => username),
    done: (side, emulator) => alice(emulator).nickname === `nick ${side}`,
  },
  uploadPushToken: uploadToken('device'),
  uploadToken: uploadToken('device-by-old-name'),
  unbindPushToken: {
    async before(_side: Side, emulator) {
      const ask = createAsker(emulator);
      for (const { resource } of emulator.state.devices('alice')) await ask('alice', 'PUT', 'users/alice', { device_id: resource, device_token: 't' });
    },
    args: () => [],
    same: nothing,
    done: (_side, emulator) => boundTokens(emulator) < emulator.state.devices('alice').length,
  },
  getRTCToken: { args: () => ['channel'], same: ({ data: { RTCToken, ...rest } }: { data: { RTCToken: string } }) => [typeof RTCToken, rest] },
  getUserIdByRTCUIds: { args: (_side, { rtcUid }) => [[rtcUid]] },
  reportMessage: {
    args: (side, { others }) => [{ reportType: 'spam', reportReason: `reason ${side}`, messageId: others[4] }],
    done: (side, { state }) => state.reports().some(({ reason }) => reason === `reason ${side}`),
  },
  voiceMessageToText: { args: (_side, { voiceUrl }) => [{ type: 'audio', url: voiceUrl }] },
  voiceFileToText: { args: () => [{ asFile: 'good evening' }] },
};
