import { CloudEvent, jetStreams } from '@karrio/contracts';
import type { NatsConnection } from 'nats';

export type Announcements = AsyncDisposable & Readonly<{ all: ReadonlyMap<string, string> }>;

/** All that EVENTS has, from its first message on, and what is added: the subject by the id of each. */
export const readAnnouncements = async (nats: NatsConnection): Promise<Announcements> => {
  const all = new Map<string, string>();
  // In order, and made anew where it breaks: that of no durable name.
  const consumer = await nats.jetstream().consumers.get(jetStreams.events.name);
  const messages = await consumer.consume();
  const reading = (async () => {
    for await (const message of messages) all.set(CloudEvent.parse(message.json()).id, message.subject);
  })();
  return {
    all,
    [Symbol.asyncDispose]: async () => {
      await messages.close();
      await reading;
    },
  };
};
