import type { Msg } from 'nats';
import { z } from 'zod';
import { BusUnavailable } from './bus.ts';
import { type Inbox, isNobodyThere } from './inbox.ts';

const ackMs = 5_000;

/** JetStream's answer to a publish: the stream and sequence, or an error. */
const PubAck = z.object({
  stream: z.string().optional(),
  error: z.object({ description: z.string() }).optional(),
});

/** Resolves when JetStream has stored the message; makes the streams anew where they were lost. */
export const persist = async (
  inbox: Inbox,
  send: (replyTo: string) => void,
  makeStreams: () => Promise<void>,
): Promise<void> => {
  let answer = await inbox.ask(send, ackMs);
  if (answer && isNobodyThere(answer)) {
    await makeStreams();
    answer = await inbox.ask(send, ackMs);
  }
  const problem = problemOf(answer);
  if (problem) throw new BusUnavailable(`NATS did not store a message: ${problem}`);
};

const problemOf = (answer: Msg | undefined): string | undefined => {
  if (!answer) return `no answer within ${ackMs} ms`;
  if (isNobodyThere(answer)) return 'no stream takes it';
  const ack = PubAck.parse(answer.json());
  return ack.error?.description;
};
