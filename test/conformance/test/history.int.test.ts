import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { historyRuns, serverUrl } from '../src/config.ts';
import { historyServer } from '../src/history/history-server.ts';
import { history, interruptedHistory } from '../src/history/operation.ts';
import { runHistory } from '../src/history/run-history.ts';

const server = await historyServer();
afterAll(() => server[Symbol.asyncDispose]());

/** A history takes about 0.1 s, one with a restart a second more; to shrink one that fails takes hundreds. */
const timeoutMs = 120_000 + historyRuns * 2000;

describe('any history of appends, deletes, metadata and reads', () => {
  it(
    'goes on the server as it goes on the model',
    async () => {
      const property = fc.asyncProperty(history, async (operations) => {
        expect(await runHistory(server, operations)).toBeUndefined();
      });
      await fc.assert(property, { numRuns: historyRuns });
    },
    timeoutMs,
  );

  it.skipIf(serverUrl !== undefined)(
    'goes on as if nothing had been when the server is killed or stopped in its middle',
    async () => {
      const property = fc.asyncProperty(interruptedHistory, async (operations) => {
        expect(await runHistory(server, operations)).toBeUndefined();
      });
      await fc.assert(property, { numRuns: Math.ceil(historyRuns / 20) });
    },
    timeoutMs,
  );
});
