import { createLogger } from '@karrio/telemetry';
import { freshNats } from '@karrio/testing';
import { connect } from 'nats';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { BusUnavailable } from '../src/bus.ts';
import { connectNats } from '../src/connect.ts';

const log = createLogger('test', 'silent');
const options = { name: 'TEST', keptMs: 60_000, shape: z.number(), timeoutMs: 20_000 };
const oneMore = (value: number | undefined) => ({ next: (value ?? 0) + 1, result: (value ?? 0) + 1 });

it('a value that several processes change at once has all of their changes, each once', async () => {
  await using nats = await freshNats();
  await using stack = new AsyncDisposableStack();
  const values = await Promise.all(
    Array.from({ length: 4 }, async (_, index) =>
      stack.use(await connectNats({ url: nats.url, name: `writer-${index}`, log })).shared(options),
    ),
  );
  const results = await Promise.all(
    values.flatMap((value) => Array.from({ length: 10 }, () => value.change('a', oneMore))),
  );
  expect(results.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  const [first] = values;
  expect(await first?.change('b', oneMore)).toBe(1);
});

it('what changes nothing is decided on what the others wrote', async () => {
  await using nats = await freshNats();
  await using bus = await connectNats({ url: nats.url, name: 'one', log });
  await using other = await connectNats({ url: nats.url, name: 'other', log });
  const value = bus.shared(options);
  await value.change('a', oneMore);
  await other.shared(options).change('a', oneMore);
  expect(await value.change('a', (known) => ({ result: known }))).toBe(2);
});

it('a lost value begins anew, and while NATS is away nobody waits for it', async () => {
  await using stack = new AsyncDisposableStack();
  const nats = await freshNats();
  const bus = stack.use(await connectNats({ url: nats.url, name: 'one', log }));
  const value = bus.shared(options);
  await value.change('a', oneMore);
  const connection = await connect({ servers: nats.url });
  await (await connection.jetstreamManager()).streams.delete('KV_TEST');
  await connection.close();
  await expect(value.change('a', oneMore)).rejects.toBeInstanceOf(BusUnavailable);
  expect(await value.change('a', oneMore)).toBe(1);
  await nats[Symbol.asyncDispose]();
  await expect(value.change('a', oneMore)).rejects.toBeInstanceOf(BusUnavailable);
});
