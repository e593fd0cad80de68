import { MatchedEvent, type IncomingEvent, type Question } from '@karrio/contracts';
import type { PoseQuestion } from '../command/pose-question.ts';

/** What an event would start, and what listens to its type and would not. @throws BusUnavailable */
export const matchOf = async (question: PoseQuestion, org: string, event: IncomingEvent) => {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- JSON by its parser; zod's type of it has no readonly
  const payload = { event } as Question['payload'];
  const answer = await question('command', { name: 'match_event', org, payload });
  if ('rejected' in answer) throw new Error(`match_event was refused: ${JSON.stringify(answer.rejected)}`);
  const { listeners } = MatchedEvent.parse(answer.answered);
  const { id, source, type } = event;
  return {
    id,
    source,
    type,
    would_start: listeners.flatMap(({ triggerId, workflowId, passes }) =>
      passes ? [{ workflow_id: workflowId, trigger_id: triggerId }] : [],
    ),
    would_not_start: listeners.flatMap(({ triggerId, workflowId, passes, problem }) =>
      passes
        ? []
        : [
            {
              workflow_id: workflowId,
              trigger_id: triggerId,
              message: problem ?? 'The filter does not let it pass.',
            },
          ],
    ),
  };
};
