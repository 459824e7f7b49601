/** The routes, by the names that faults and the journal use. */
export const routeNames = [
  'login',
  'token-life',
  'conversation-list',
  'pinned-list',
  'old-list',
  'history',
  'delete-conversation',
  'remove-history',
  'remove-everything',
  'pin',
  'unpin',
  'mark',
  'unmark',
  'mark-search',
  'pin-message',
  'unpin-message',
  'pinned-messages',
  'add-reaction',
  'remove-reaction',
  'reactions',
  'reaction-users',
  'group-readers',
  'set-silent-mode',
  'silent-mode',
  'silent-modes',
  'silent-types',
  'devices',
  'group-info',
  'presence',
  'invite-contact',
  'accept-contact',
  'decline-contact',
  'delete-contact',
  'set-remark',
  'contacts',
  'contact-page',
  'blocklist',
  'block',
  'unblock',
  'register',
  'set-profile',
  'profiles',
  'update-user',
  'rtc-token',
  'rtc-users',
  'report-message',
  'transcribe-file',
  'transcribe-upload',
  'upload',
  'download',
] as const;
export type RouteName = (typeof routeNames)[number];

/**
 * Frames to a device (`upstream`: from it) by what they are for. `batch`: waiting messages; `batch-end`: "nothing
 * more in this queue"; `ack`: the answer to a message that was sent; `push`: kicks and repeated messages.
 */
export const frameNames = ['provision', 'unread', 'notice', 'batch', 'batch-end', 'ack', 'push', 'upstream'] as const;
export type FrameName = (typeof frameNames)[number];

type Common = {
  /** Only for this user. */
  readonly userId?: string;
  /** How often it strikes before it is gone. Left out: until it is cleared. */
  readonly times?: number;
};

/**
 * A fault of a REST answer.
 *
 * - `latency`: the answer comes `ms` later. Goes together with others.
 * - `hold`: the answer comes once the fault is taken back or cleared. Goes together with others.
 * - `status`: this status instead; `body` is the service's JSON, a proxy's HTML page, or nothing.
 * - `hang`: no answer, ever. `drop`: the connection is cut instead.
 * - `truncate`: half the bytes that were announced, then the connection is cut.
 * - `malformed`: status 200, all bytes there, and not JSON.
 * - `slow`: the request's body is taken in at this pace. Goes together with others.
 * - `cut`: the connection is cut once so many bytes of the request's body have come; a shorter one is answered.
 * - `after`: the request takes effect before it goes wrong; otherwise it has none.
 */
export type RestFault = Common & {
  readonly on: 'rest';
  /** Left out: any route. */
  readonly route?: RouteName;
  readonly after?: boolean;
} & (
    | { readonly type: 'latency'; readonly ms: number }
    | { readonly type: 'slow'; readonly bytesPerSecond: number }
    | { readonly type: 'cut'; readonly afterBytes: number }
    | {
        readonly type: 'status';
        readonly status: number;
        readonly retryAfterSeconds?: number;
        readonly body?: 'json' | 'html' | 'empty';
      }
    | { readonly type: 'hold' | 'hang' | 'drop' | 'truncate' | 'malformed' }
  );

/**
 * A fault of a frame.
 *
 * - `latency`: it goes out `ms` later; frames after it do not wait.
 * - `lose`: it never arrives. On `ack` this is the lost acknowledgement: the message was stored. On `upstream` the
 *   message never reached the service.
 * - `close`: the socket is cut in its place.
 * - `garble`: its bytes arrive damaged.
 * - `duplicate` (`batch`): the same messages come once more, `ms` later.
 * - `reorder` (`batch`): its messages come newest first.
 * - `refuse` (`upstream`): the service answers with this status, and does nothing. `errorCode` and `reason` as `msync.proto` has them.
 */
export type SocketFault = Common & {
  readonly on: 'socket';
  /** Left out: any frame to the device. */
  readonly frame?: FrameName;
} & (
    | { readonly type: 'latency'; readonly ms: number }
    | { readonly type: 'lose' | 'close' | 'garble' | 'reorder' }
    | { readonly type: 'duplicate'; readonly ms?: number }
    | { readonly type: 'refuse'; readonly errorCode: number; readonly reason: string }
  );

export type Fault = RestFault | SocketFault;

/** Faults on demand: what is added strikes from the next request or frame on. */
export interface Faults {
  /** @returns Takes this fault back. @throws {TypeError} If it is not a fault (it may have come as JSON). */
  add(fault: Fault): () => void;
  clear(): void;
  list(): readonly Fault[];
  /** Resolves once a `hold` is taken back or cleared; undefined when it is already. */
  lifted(fault: Fault): Promise<void> | undefined;
  /** The faults that strike this request, counted as struck. At most one besides those that only take time. */
  takeRest(route: RouteName, userId: string): readonly RestFault[];
  takeSocket(frame: FrameName, userId: string): readonly SocketFault[];
}

export function createFaults(): Faults {
  let active: { readonly fault: Fault; left: number }[] = [];
  /** Those that hold answers back, struck out or not. */
  const holds = new Map<Fault, { readonly lifted: Promise<void>; readonly lift: () => void }>();

  function hold(fault: Fault): void {
    let lift = (): void => undefined;
    const lifted = new Promise<void>((resolve) => (lift = resolve));
    holds.set(fault, { lifted, lift });
  }

  function letGo(fault: Fault): void {
    holds.get(fault)?.lift();
    holds.delete(fault);
  }

  function take<F extends Fault>(strikes: (fault: Fault) => fault is F): F[] {
    const taken: F[] = [];
    let isBroken = false;
    for (const entry of active) {
      const { fault } = entry;
      if (!strikes(fault) || (isBroken && !isDelay(fault))) continue;
      if (!isDelay(fault)) isBroken = true;
      entry.left -= 1;
      taken.push(fault);
    }
    active = active.filter((entry) => entry.left > 0);
    return taken;
  }

  return {
    add(fault) {
      assertFault(fault);
      const entry = { fault, left: fault.times ?? Infinity };
      active.push(entry);
      if (fault.type === 'hold') hold(fault);
      return () => {
        active = active.filter((other) => other !== entry);
        letGo(fault);
      };
    },
    clear() {
      active = [];
      for (const fault of holds.keys()) letGo(fault);
    },
    list: () => active.map((entry) => entry.fault),
    lifted: (fault) => holds.get(fault)?.lifted,
    takeRest: (route, userId) =>
      take(
        (fault): fault is RestFault =>
          fault.on === 'rest' && (fault.route ?? route) === route && (fault.userId ?? userId) === userId,
      ),
    takeSocket: (frame, userId) =>
      take(
        (fault): fault is SocketFault =>
          fault.on === 'socket' &&
          (fault.frame === frame || (fault.frame === undefined && frame !== 'upstream')) &&
          (fault.userId ?? userId) === userId,
      ),
  };
}

/** What only takes time goes together with what goes wrong. */
export function isDelay(fault: Fault): boolean {
  return fault.type === 'latency' || fault.type === 'hold' || fault.type === 'slow';
}

const restTypes: readonly string[] = ['latency', 'hold', 'slow', 'cut', 'status', 'hang', 'drop', 'truncate', 'malformed'];
const socketTypes: readonly string[] = ['latency', 'lose', 'close', 'garble', 'duplicate', 'reorder', 'refuse'];

/** @throws {TypeError} With the name of the field that is wrong. */
function assertFault(value: unknown): asserts value is Fault {
  if (typeof value !== 'object' || value === null) throw new TypeError('fault: not an object');
  const fault = value as Record<string, unknown>;
  const { on, type, route, frame } = fault;
  if (on !== 'rest' && on !== 'socket') throw new TypeError(`fault.on: ${String(on)}`);
  const types = on === 'rest' ? restTypes : socketTypes;
  if (typeof type !== 'string' || !types.includes(type)) throw new TypeError(`fault.type: ${String(type)}`);
  if (route !== undefined && !routeNames.includes(route as RouteName))
    throw new TypeError('fault.route: no such route');
  if (frame !== undefined && !frameNames.includes(frame as FrameName))
    throw new TypeError('fault.frame: no such frame');
  if (type === 'latency' && typeof fault['ms'] !== 'number') throw new TypeError('fault.ms: a number is needed');
  if (type === 'refuse' && typeof fault['errorCode'] !== 'number') throw new TypeError('fault.errorCode: a number is needed');
  if (type === 'slow' && !(Number(fault['bytesPerSecond']) > 0)) throw new TypeError('fault.bytesPerSecond: above 0');
  if (type === 'cut' && typeof fault['afterBytes'] !== 'number') throw new TypeError('fault.afterBytes: a number is needed');
  if (type === 'status' && typeof fault['status'] !== 'number') throw new TypeError('fault.status: a number is needed');
  const { times } = fault;
  if (times !== undefined && !(typeof times === 'number' && times > 0)) throw new TypeError('fault.times: at least 1');
}
