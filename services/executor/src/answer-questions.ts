import { questionPayloads, type Answer, type Question } from '@karrio/contracts';
import { answerDryRun } from './dry-run/answer-dry-run.ts';
import { answerReplay } from './replay/answer-replay.ts';
import { rejected, type QuestionPorts } from './replay/question-ports.ts';

/** What can be asked of an executor; no answer sends or records anything. */
export const answerQuestion = async (
  ports: QuestionPorts,
  { name, org, payload, seen }: Question,
): Promise<Answer> => {
  const asking = { ...ports, bus: handingOn(ports.bus, seen) };
  switch (name) {
    case 'replay':
      return answerReplay(asking, org, questionPayloads.replay.parse(payload));
    case 'dry_run':
      return answerDryRun(asking, org, questionPayloads.dry_run.parse(payload));
    default:
      return rejected('invalid', 'name', `An executor is not asked for ${name}.`);
  }
};

/** What is asked in turn is answered on nothing older either. */
const handingOn = (bus: QuestionPorts['bus'], seen: Question['seen']): QuestionPorts['bus'] => ({
  question: (service, question, timeoutMs) =>
    bus.question(service, seen === undefined ? question : { ...question, seen }, timeoutMs),
});
