import { questionPayloads, type Answer, type CommandReply, type Question } from '@karrio/contracts';
import type { Refusal } from '@karrio/domain';
import { refusedReply, rejected } from './reply.ts';
import { currentPlan } from './run/current-plan.ts';
import { outlineRerun, type RerunPorts } from './run/outline-rerun.ts';

type Ports = Pick<RerunPorts, 'store' | 'catalog'> & Readonly<{ now: () => number }>;

/** What can be asked of the write side; to answer changes nothing. */
export const answerQuestion = async (ports: Ports, { name, org, payload }: Question): Promise<Answer> => {
  if (name === 'preview_rerun') {
    const asked = questionPayloads.preview_rerun.parse(payload);
    const outlined = await outlineRerun(ports, asked, org, new Date(ports.now()).toISOString());
    if ('refused' in outlined) return refusal(outlined.refused);
    const { reused, repeated } = outlined.rerun;
    return { answered: { reused: reused.map(({ data }) => data.slug), repeated } };
  }
  if (name === 'current_plan') {
    const { workflowId } = questionPayloads.current_plan.parse(payload);
    const found = currentPlan(ports.catalog.of(org), workflowId);
    return 'refused' in found ? refusal(found.refused) : { answered: found.plan };
  }
  return asAnswer(rejected('invalid', 'name', `The write side is not asked for ${name}.`));
};

const refusal = (refused: readonly Refusal[]): Answer => asAnswer(refusedReply(refused));

const asAnswer = (reply: CommandReply): Answer => {
  if ('rejected' in reply) return reply;
  throw new Error('a refusal that accepts');
};
