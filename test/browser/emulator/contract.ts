import { describe } from 'vitest';
import { createLab } from './support/lab.ts';
import { type HostKind } from './support/sdk-bench.ts';
import { connectionScenarios } from './scenarios/connection.ts';
import { faultScenarios } from './scenarios/faults.ts';
import { historyScenarios } from './scenarios/history.ts';
import { listScenarios } from './scenarios/lists.ts';
import { loginScenarios } from './scenarios/login.ts';
import { lossScenarios } from './scenarios/losses.ts';
import { messageTypeScenarios } from './scenarios/message-types.ts';
import { messageScenarios } from './scenarios/messages.ts';
import { receiptScenarios } from './scenarios/receipts.ts';
import { silenceScenarios } from './scenarios/silence.ts';
import { traceScenarios } from './scenarios/traces.ts';

/** What the unmodified SDK finds true of the emulator, from wherever it runs. The rules are in `emulator/README.md`. */
export function emulatorContract(kind: HostKind): void {
  describe(`the unmodified SDK in a ${kind}`, () => {
    const lab = createLab(kind);
    loginScenarios(lab);
    listScenarios(lab);
    historyScenarios(lab);
    messageScenarios(lab);
    messageTypeScenarios(lab);
    receiptScenarios(lab);
    traceScenarios(lab);
    silenceScenarios(lab);
    connectionScenarios(lab);
    lossScenarios(lab);
    faultScenarios(lab);
  });
}
