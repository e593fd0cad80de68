import { AckPolicy, connect, DeliverPolicy } from 'nats';

export type CompletedEvent = Readonly<{
  specversion: string;
  id: string;
  type: string;
  source: string;
  subject: string;
  time: string;
  data: Readonly<{ id: string }>;
}>;

export type CompletedEvents = AsyncDisposable &
  Readonly<{ of: (runId: string) => readonly CompletedEvent[]; all: () => readonly CompletedEvent[] }>;

/** Subscribes to completed workflows as any other system would, from the first that the stream holds. */
export const completedEvents = async (nats: string): Promise<CompletedEvents> => {
  const connection = await connect({ servers: nats });
  const jetStream = connection.jetstream();
  const manager = await jetStream.jetstreamManager();
  const { name } = await manager.consumers.add('EVENTS', {
    filter_subject: 'evt.*.workflow_event.succeeded',
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.All,
  });
  const received: CompletedEvent[] = [];
  const consumer = await jetStream.consumers.get('EVENTS', name);
  const messages = await consumer.consume({
    callback: (message) => received.push(message.json<CompletedEvent>()),
  });
  return {
    of: (runId) => received.filter(({ subject }) => subject === runId),
    all: () => received,
    [Symbol.asyncDispose]: async () => {
      await messages.close();
      await connection.close();
    },
  };
};
