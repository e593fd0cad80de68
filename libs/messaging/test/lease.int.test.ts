import { createLogger } from '@karrio/telemetry';
import { eventually, freshNats } from '@karrio/testing';
import { connect } from 'nats';
import { expect, it } from 'vitest';
import { connectNats } from '../src/connect.ts';

const log = createLogger('test', 'silent');

it('is held by one of many, and passes on when its holder lets go', async () => {
  await using nats = await freshNats();
  await using stack = new AsyncDisposableStack();
  const leases = await Promise.all(
    Array.from({ length: 4 }, async (_, index) => {
      const bus = stack.use(await connectNats({ url: nats.url, name: `holder-${index}`, log }));
      return stack.use(bus.lease('test'));
    }),
  );
  const holders = () => leases.filter((lease) => lease.isHeld());
  await eventually('a holder', () => holders().length === 1);
  const [first] = holders();
  await first?.[Symbol.asyncDispose]();
  await eventually('another holder', () => holders().some((lease) => lease !== first));
  expect(holders().filter((lease) => lease !== first)).toHaveLength(1);
});

it('is free at once when its holder lets go', async () => {
  await using nats = await freshNats();
  await using bus = await connectNats({ url: nats.url, name: 'holder', log });
  const lease = bus.lease('test');
  await eventually('the lease', () => lease.isHeld());
  await lease[Symbol.asyncDispose]();
  const connection = await connect({ servers: nats.url });
  const leases = await connection.jetstream().views.kv('LEASES');
  expect((await leases.get('test'))?.operation).toBe('DEL');
  await connection.close();
});

it('is taken again after NATS lost it', async () => {
  await using nats = await freshNats();
  await using bus = await connectNats({ url: nats.url, name: 'holder', log });
  await using lease = bus.lease('test');
  await eventually('the lease', () => lease.isHeld());
  const connection = await connect({ servers: nats.url });
  const manager = await connection.jetstreamManager();
  await manager.streams.delete('KV_LEASES');
  await connection.close();
  await eventually('its loss to be noticed', () => !lease.isHeld());
  await eventually('the lease again', () => lease.isHeld());
});

it('passes on by itself when its holder dies', async () => {
  await using nats = await freshNats();
  const dying = await connectNats({ url: nats.url, name: 'dying', log });
  const held = dying.lease('test');
  await eventually('the lease', () => held.isHeld());
  await using bus = await connectNats({ url: nats.url, name: 'heir', log });
  await using lease = bus.lease('test');
  // Cut off, it can neither renew nor let go.
  await dying[Symbol.asyncDispose]();
  await eventually('the heir to hold it', () => lease.isHeld());
  expect(held.isHeld()).toBe(false);
  await held[Symbol.asyncDispose]();
});
