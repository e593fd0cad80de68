import {
  newId,
  questionPayloads,
  type Answer,
  type CommandReply,
  type Question,
  type QuestionPayload,
} from '@karrio/contracts';
import type { Refusal } from '@karrio/domain';
import type { CatalogFollower } from './catalog/follow-catalog.ts';
import { matchEvent } from './event/match-event.ts';
import { refusedReply, rejected } from './reply.ts';
import { planOf, plannable } from './run/current-plan.ts';
import { draftPlan } from './run/draft-plan.ts';
import { outlineRerun, type RerunPorts } from './run/outline-rerun.ts';

type Ports = Pick<RerunPorts, 'store' | 'catalog'> &
  Readonly<{ caughtUpTo: CatalogFollower['caughtUpTo']; now: () => number }>;

/** What can be asked of the write side; to answer changes nothing. */
export const answerQuestion = async (
  ports: Ports,
  { name, org, payload, seen }: Question,
): Promise<Answer> => {
  if (seen?.definitions !== undefined) await ports.caughtUpTo(BigInt(seen.definitions));
  if (name === 'preview_rerun') {
    const asked = questionPayloads.preview_rerun.parse(payload);
    const outlined = await outlineRerun(ports, asked, org, new Date(ports.now()).toISOString());
    if ('refused' in outlined) return refusal(outlined.refused);
    const { reused, repeated } = outlined.rerun;
    return { answered: { reused: reused.map(({ data }) => data.slug), repeated } };
  }
  if (name === 'current_plan') {
    const asked = questionPayloads.current_plan.parse(payload);
    const planned = planFor(ports, org, asked);
    return 'refused' in planned ? refusal(planned.refused) : { answered: planned.plan };
  }
  if (name === 'match_event') {
    const { event } = questionPayloads.match_event.parse(payload);
    return { answered: await matchEvent(ports.catalog.of(org), event) };
  }
  return asAnswer(rejected('invalid', 'name', `The write side is not asked for ${name}.`));
};

/** Also that of a workflow that is switched off: nothing is run. */
const planFor = (
  { catalog, now }: Ports,
  org: string,
  { workflowId, draft }: QuestionPayload<'current_plan'>,
): ReturnType<typeof draftPlan> => {
  const definitions = catalog.of(org);
  if (draft) {
    // Ids are made of it, as of a command's; nobody sees them.
    const issue = { commandId: newId('command'), org, at: new Date(now()).toISOString(), testMode: false };
    return draftPlan(definitions, workflowId, draft, issue);
  }
  const found = plannable(definitions, workflowId ?? '');
  return 'refused' in found ? found : { plan: planOf(definitions, found.entry) };
};

const refusal = (refused: readonly Refusal[]): Answer => asAnswer(refusedReply(refused));

const asAnswer = (reply: CommandReply): Answer => {
  if ('rejected' in reply) return reply;
  throw new Error('a refusal that accepts');
};
