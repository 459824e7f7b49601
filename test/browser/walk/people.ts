/** Who writes to the account that is walked over. */
export const PEERS: readonly string[] = ['bob', 'carol', 'dave'];

/** The group all are in. */
export const GROUP = 'team';

export const KEYS: readonly string[] = [...PEERS.map((peer) => `singleChat:${peer}`), `groupChat:${GROUP}`];
