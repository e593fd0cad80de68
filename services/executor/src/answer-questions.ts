import { questionPayloads, type Answer, type Question } from '@karrio/contracts';
import { answerDryRun } from './dry-run/answer-dry-run.ts';
import { answerReplay } from './replay/answer-replay.ts';
import { rejected, type QuestionPorts } from './replay/question-ports.ts';

/** What can be asked of an executor; no answer sends or records anything. */
export const answerQuestion = async (
  ports: QuestionPorts,
  { name, org, payload }: Question,
): Promise<Answer> => {
  switch (name) {
    case 'replay':
      return answerReplay(ports, org, questionPayloads.replay.parse(payload));
    case 'dry_run':
      return answerDryRun(ports, org, questionPayloads.dry_run.parse(payload));
    default:
      return rejected('invalid', 'name', `An executor is not asked for ${name}.`);
  }
};
