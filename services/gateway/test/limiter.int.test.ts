import { connectNats, type Shared } from '@karrio/messaging';
import { createLogger } from '@karrio/telemetry';
import { eventually, freshNats } from '@karrio/testing';
import { expect, it } from 'vitest';
import { openLimiter } from '../src/limit/open-limiter.ts';

const log = createLogger('test', 'silent');

const noting = <T>({ change }: Shared<T>, onFault: () => void): Shared<T> => ({
  change: (key, decide) =>
    change(key, decide).catch((error: unknown) => {
      onFault();
      throw error;
    }),
});

it('three gateways together let in as many as a limit says, to the last one', async () => {
  await using nats = await freshNats();
  await using stack = new AsyncDisposableStack();
  let faults = 0;
  const limiters = await Promise.all(
    ['a', 'b', 'c'].map(async (name) => {
      const bus = stack.use(await connectNats({ url: nats.url, name, log }));
      return openLimiter({ shared: (options) => noting(bus.shared(options), () => faults++) });
    }),
  );
  const perMs = 3_600_000;
  const waitsFor = (name: string, max: number) => {
    // Each has more requests than there are: none keeps a share that it has no use for.
    const ask = (at: number) => limiters[at % limiters.length]?.(name, { max, perMs });
    return Promise.all(Array.from({ length: 900 }, async (_, request) => ask(request)));
  };
  for (const max of [1, 10, 250]) {
    // A gateway that NATS does not answer within a second counts for itself: then it was no measure.
    const waits = await eventually('NATS answers in time', async () => {
      const before = faults;
      const measured = await waitsFor(`key_${max}_${before}`, max);
      return faults === before && measured;
    });
    expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(max);
    expect(Math.max(...waits.map(Number))).toBeLessThanOrEqual(perMs);
  }
});
