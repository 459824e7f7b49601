import { expect, test } from 'vitest';
import { createLiveGate, type LiveKind } from '../../../emulator/state/live-gate.ts';

function setUp(): {
  gate: ReturnType<typeof createLiveGate>;
  delivered: string[];
  deliver(name: string, conversation?: string, kind?: LiveKind): void;
} {
  const gate = createLiveGate();
  const delivered: string[] = [];
  return {
    gate,
    delivered,
    deliver(name, conversation = 'bob', kind = 'message') {
      gate.admit({ userId: 'alice', conversation, kind }, () => delivered.push(name));
    },
  };
}

test('[EM12] losing strikes what its filter names, as often as it says', () => {
  const { gate, delivered, deliver } = setUp();
  gate.lose({ userId: 'alice', conversation: 'bob', kinds: ['message'] }, { times: 2 });
  deliver('1');
  deliver('2', 'carol');
  deliver('3', 'bob', 'recall');
  deliver('4');
  deliver('5');
  expect(delivered).toEqual(['2', '3', '5']);
});

test('[EM12] the latest rule that fits wins, and each can be taken back', () => {
  const { gate, delivered, deliver } = setUp();
  gate.lose();
  const takeBack = gate.hold({ conversation: 'bob' });
  deliver('held');
  deliver('lost', 'carol');
  takeBack();
  deliver('lost too');
  gate.clear();
  deliver('through');
  expect(delivered).toEqual(['through']);
  expect(gate.release()).toBe(1);
  expect(delivered).toEqual(['through', 'held']);
  expect(gate.release()).toBe(0);
});

test('[EM12] what is held comes in the order asked for, as often as asked for', () => {
  const { gate, delivered, deliver } = setUp();
  gate.hold();
  const names = Array.from({ length: 20 }, (_, index) => String(index));
  const hold = (): void => names.forEach((name) => deliver(name));
  hold();
  expect(gate.held()).toBe(20);
  gate.release({ order: 'reversed' });
  expect(delivered.splice(0)).toEqual([...names].reverse());
  hold();
  gate.release({ copies: 2 });
  expect(delivered.splice(0)).toEqual([...names, ...names]);
  hold();
  gate.release({ order: 'shuffled', randomSeed: 7 });
  const shuffled = delivered.splice(0);
  expect(shuffled).not.toEqual(names);
  expect([...shuffled].sort()).toEqual([...names].sort());
  hold();
  gate.release({ order: 'shuffled', randomSeed: 7 });
  expect(delivered).toEqual(shuffled);
});
