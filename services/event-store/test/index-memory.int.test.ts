import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createCatalog } from '../src/stream/catalog.ts';

const collectGarbage = () => {
  setFlagsFromString('--expose-gc');
  // What the first frees of buffers is counted as free when the second begins.
  runInNewContext('gc()');
  runInNewContext('gc()');
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const types = ['RunRequested', 'RunStarted', 'ActionStarted', 'ActionSucceeded', 'RunSucceeded'];

describe('the index', () => {
  it('takes less than 100 bytes per event of short streams with long names, names included', () => {
    const events = 300_000;
    const before = collectGarbage();
    const catalog = createCatalog();
    for (let event = 0, stream = ''; event < events; event++) {
      if (event % 3 === 0) stream = `run-${randomUUID()}`;
      const type = types[event % types.length] ?? '';
      const place = { position: 32 + event * 500, revision: event % 3, isTombstone: false };
      catalog.add({ ...place, stream, type, id: randomUUID(), data: () => '' });
    }
    catalog.publish();
    const bytesPerEvent = (collectGarbage() - before) / events;
    expect(catalog.visible()).toBe(events);
    expect(bytesPerEvent).toBeLessThan(100);
  });
});
