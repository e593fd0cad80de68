/**
 * Prints every workflow that completes, also those that completed while this program was away.
 *
 *   node deploy/examples/on-completed.ts [nats://host:4222]
 *
 * Without an address it takes the one of the local stack, from $DATA_DIR/stack.json. It needs nothing but the
 * `nats` package and a Node that runs TypeScript (22.18 or later), and knows of the engine only what
 * docs/asyncapi.yaml tells everybody.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AckPolicy, connect, DeliverPolicy, type JetStreamClient, type JsMsg } from 'nats';

/** CloudEvents 1.0; `data` is the part this program reads. */
type Completed = Readonly<{
  id: string;
  type: string;
  time: string;
  subject: string;
  data: Readonly<Record<string, unknown>>;
}>;

const stream = 'EVENTS';
/** Any organisation; one subject per consumer is what every NATS server understands. */
// oxlint-disable-next-line karrio/no-subject-literal -- an outsider has no registry to take it from
const subject = 'evt.*.workflow_event.succeeded';
/** The server remembers under this name what was acknowledged. Two programs with one name share the work. */
const durable = 'example-on-completed';

const localNats = (): string => {
  const path = join(process.env['DATA_DIR'] ?? resolve(import.meta.dirname, '../../.data'), 'stack.json');
  try {
    const stack: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof stack === 'object' && stack !== null && 'nats' in stack) return String(stack.nats);
    throw new Error('it does not say where NATS is');
  } catch (cause) {
    throw new Error(`No stack runs here (${path}). Start one with npm start, or give the address of NATS.`, {
      cause,
    });
  }
};

const print = (message: JsMsg): void => {
  const event = message.json<Completed>();
  console.log(`${event.time}  ${event.type}  ${event.subject}  ${JSON.stringify(event.data)}`);
};

const subscribe = async (jetStream: JetStreamClient) => {
  const manager = await jetStream.jetstreamManager();
  await manager.consumers.add(stream, {
    durable_name: durable,
    filter_subject: subject,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
  });
  const consumer = await jetStream.consumers.get(stream, durable);
  return consumer.consume({ max_messages: 100 });
};

const connection = await connect({ servers: process.argv[2] ?? localNats(), maxReconnectAttempts: -1 });
console.log(`Listening to ${subject} on ${connection.getServer()}; Ctrl-C ends.`);
const messages = await subscribe(connection.jetstream());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => messages.stop());

for await (const message of messages) {
  print(message);
  // Only now: an event that was not printed comes again. `event.id` tells a repetition.
  message.ack();
}
await connection.drain();
