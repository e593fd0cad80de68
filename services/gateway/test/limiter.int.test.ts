import { connectNats } from '@karrio/messaging';
import { createLogger } from '@karrio/telemetry';
import { freshNats } from '@karrio/testing';
import { expect, it } from 'vitest';
import { openLimiter } from '../src/limit/open-limiter.ts';

const log = createLogger('test', 'silent');

it('three gateways together let in as many as a limit says, to the last one', async () => {
  await using nats = await freshNats();
  await using stack = new AsyncDisposableStack();
  const limiters = await Promise.all(
    ['a', 'b', 'c'].map(async (name) =>
      openLimiter(stack.use(await connectNats({ url: nats.url, name, log }))),
    ),
  );
  for (const max of [1, 10, 250]) {
    const limit = { max, perMs: 3_600_000 };
    // Each has more requests than there are: none keeps a share that it has no use for.
    const ask = (at: number) => limiters[at % limiters.length]?.(`key_${max}`, limit);
    const waits = await Promise.all(Array.from({ length: 900 }, async (_, request) => ask(request)));
    expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(max);
    expect(Math.max(...waits.map(Number))).toBeLessThanOrEqual(3_600_000);
  }
});
