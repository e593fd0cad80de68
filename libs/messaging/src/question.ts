import { Answer, subjects, type Question } from '@karrio/contracts';
import type { Logger } from '@karrio/telemetry';
import type { NatsConnection } from 'nats';
import { BusUnavailable, MessageTooLarge } from './bus.ts';
import { isNobodyThere, type Inbox } from './inbox.ts';
import type { Outbox } from './outbox.ts';
import { subscribe } from './subscribe.ts';

export const ask = async (
  inbox: Inbox,
  send: Outbox['send'],
  service: string,
  question: Question,
  timeoutMs: number,
): Promise<Answer> => {
  const { org, name } = question;
  const subject = subjects.question.of({ service, org, name });
  const answer = await inbox.ask((reply) => send(subject, question, { reply }), timeoutMs);
  if (!answer) throw new BusUnavailable(`no ${service} answered ${name} within ${timeoutMs} ms`);
  if (isNobodyThere(answer)) throw new BusUnavailable(`no ${service} is there to answer ${name}`);
  return Answer.parse(answer.json());
};

type Ports = Readonly<{ connection: NatsConnection; outbox: Outbox; log: Logger }>;

export const respond = (
  { connection, outbox, log }: Ports,
  service: string,
  handle: (question: Question) => Promise<Answer>,
): Disposable => {
  const { question } = subjects;
  const answer = async (asked: Question, replyTo: string) => {
    try {
      outbox.send(replyTo, await handle(asked));
    } catch (err) {
      if (err instanceof MessageTooLarge) outbox.send(replyTo, tooLarge);
      else log.error({ err, question: asked.name }, 'question not answered');
    }
  };
  return subscribe(
    connection,
    log,
    question,
    question.matching({ service }),
    (asked, { reply }) => {
      if (reply?.startsWith('_INBOX.')) void answer(asked, reply);
    },
    service,
  );
};

const tooLarge: Answer = {
  rejected: {
    code: 'invalid',
    errors: [
      { field: 'id', messages: ['The answer is larger than a message of NATS may be; ask for less of it.'] },
    ],
  },
};
