import { SyncError } from '../protocol/errors.ts';
import type { ChatService } from '../worker/service/chat-service.ts';

/** The calls of a service that can be counted, held and made to fail. */
export type ServiceCall = Exclude<keyof ChatService, 'subscribe' | 'wake' | 'disconnect' | 'sendable'>;

/** What a call does instead of its work. */
export type Fault =
  /** Rejects, and has done nothing. */
  | { readonly type: 'reject'; readonly error: SyncError }
  /** Does its work, then rejects: the answer was lost. */
  | { readonly type: 'lose-answer'; readonly error: SyncError }
  /** Never settles. */
  | { readonly type: 'hang' }
  /** Resolves with this, whatever its type. */
  | { readonly type: 'answer'; readonly value: unknown };

/** One call that reached the service. */
export type LoggedCall = { readonly name: ServiceCall; readonly userId: string; readonly request: unknown };

/** Faults on demand, and the record of what was asked. */
export interface FakeFaults {
  /** Every call so far, in order. */
  readonly calls: readonly LoggedCall[];
  count(name: ServiceCall): number;
  /** The next call of this name goes wrong; several wait in line. */
  failNext(name: ServiceCall, fault: Fault | SyncError): void;
  /** Takes back every {@link FakeFaults.failNext} that has not happened yet. */
  forget(): void;
  /** Calls of this name wait from now on. @returns Lets the ones that wait, and all later ones, go on. */
  hold(name: ServiceCall): () => void;
  /** How many calls wait. */
  held(name: ServiceCall): number;
  /** Runs a call through what was asked for it. */
  run<T>(call: LoggedCall, work: () => T | Promise<T>): Promise<T>;
}

/** Makes faults of their own world. */
export function createFakeFaults(): FakeFaults {
  const calls: LoggedCall[] = [];
  const waitingFaults = new Map<ServiceCall, Fault[]>();
  const gates = new Map<ServiceCall, { readonly open: Promise<void>; waiting: number }>();

  return {
    calls,
    count: (name) => calls.filter((call) => call.name === name).length,
    failNext(name, fault) {
      const faults = waitingFaults.get(name) ?? [];
      waitingFaults.set(name, faults);
      faults.push(fault instanceof SyncError ? { type: 'reject', error: fault } : fault);
    },
    forget: () => waitingFaults.clear(),
    hold(name) {
      let release: () => void = () => undefined;
      const open = new Promise<void>((resolve) => {
        release = resolve;
      });
      const gate = { open, waiting: 0 };
      gates.set(name, gate);
      return () => {
        if (gates.get(name) === gate) gates.delete(name);
        release();
      };
    },
    held: (name) => gates.get(name)?.waiting ?? 0,
    async run(call, work) {
      calls.push(call);
      const gate = gates.get(call.name);
      if (gate !== undefined) {
        gate.waiting += 1;
        await gate.open;
        gate.waiting -= 1;
      }
      const fault = waitingFaults.get(call.name)?.shift();
      switch (fault?.type) {
        case 'reject':
          throw fault.error;
        case 'hang':
          return new Promise<never>(() => undefined);
        case 'answer':
          // A fault by its nature: the caller is told a type that the value need not have.
          return fault.value as Awaited<ReturnType<typeof work>>;
        case 'lose-answer':
          await work();
          throw fault.error;
        case undefined:
          return work();
      }
    },
  };
}
