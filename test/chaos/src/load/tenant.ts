import type { JetStreamClient } from 'nats';
import { z } from 'zod';
import { byDelivery, byEvent, byMutation, byPublishing, byWebhook, type AskForRuns } from './ask-for-runs.ts';
import type { Gateway } from './gateway.ts';
import { inhabit } from './inhabit.ts';
import { secrets } from './credentials.ts';
import type { Shape } from './shape.ts';
import { heardType, heldChannel } from './shapes.ts';

/** One way of asking for runs of a shape. */
export type Card = Readonly<{
  name: string;
  share: number;
  ask: AskForRuns;
  /** How many runs come of one key. */
  runs: number;
  /** Told to NATS alone. */
  isPublished: boolean;
}>;

/** An organisation with its workflows. */
export type Tenant = Readonly<{
  org: string;
  gateway: Gateway;
  cards: readonly Card[];
  workflowIds: readonly string[];
  /** The triggers with a schedule. */
  scheduleIds: readonly string[];
  ruleId: string;
}>;

type Made = Readonly<{ shape: Shape; workflowId: string; triggerId: string }>;

const Workflow = z.object({ workflow: z.object({ id: z.string(), trigger: z.object({ id: z.string() }) }) });
const Rule = z.object({ shipping_rule: z.object({ id: z.string() }) });
const Organization = z.object({ organization: z.object({ id: z.string() }), key: z.string() });

/** Makes another organisation. */
export const openOrganization = async (
  first: Gateway,
): Promise<Readonly<{ org: string; apiKey: string }>> => {
  const answer = await first.mutate('create_organization', { name: 'Chaos, too' }, 'organization { id } key');
  const { organization, key } = Organization.parse(answer);
  return { org: organization.id, apiKey: key };
};

const organizationOf = async (gateway: Gateway): Promise<string> =>
  z.object({ id: z.string() }).parse((await gateway.ask('{ organization { id } }'))['organization']).id;

export const moveIn = async (
  gateway: Gateway,
  shapes: readonly Shape[],
  jetStream: JetStreamClient,
): Promise<Tenant> => {
  const org = await organizationOf(gateway);
  const rule = { name: 'Chaos rule', actions: { select_service: { strategy: 'cheapest' } } };
  const hold = {
    name: 'Chaos hold',
    condition: { field: 'shipment.channel', operator: 'eq', value: heldChannel },
    further_actions: [{ type: 'hold', reason: 'Chaos' }],
  };
  const [answer, , , ...made] = await Promise.all([
    gateway.mutate('create_shipping_rule', rule, 'shipping_rule { id }'),
    gateway.mutate('create_shipping_rule', hold, 'shipping_rule { id }').then((made) => Rule.parse(made)),
    inhabit(gateway, org),
    ...shapes.map((shape) => makeWorkflow(gateway, shape)),
  ]);
  const listeners = made.filter(({ shape }) => shape.means === 'event').map(({ triggerId }) => triggerId);
  const cardsOf = ({ shape, workflowId, triggerId }: Made): readonly Card[] => {
    const { name, share, means } = shape;
    const card = { name, share, runs: 1, isPublished: false };
    switch (means) {
      case 'manual':
        return [{ ...card, ask: byMutation(gateway, workflowId) }];
      case 'webhook':
        return [{ ...card, ask: byWebhook(gateway, workflowId) }];
      case 'delivery':
        return [{ ...card, ask: byDelivery(gateway, triggerId, secrets.signing) }];
      case 'schedule':
        return [];
      case 'event': {
        const each = { ...card, runs: listeners.length };
        return [
          { ...each, ask: byEvent(gateway, heardType) },
          { ...each, ask: byPublishing(jetStream, org, heardType, listeners), isPublished: true },
        ];
      }
    }
  };
  return {
    org,
    gateway,
    cards: made.flatMap(cardsOf),
    workflowIds: made.map(({ workflowId }) => workflowId),
    scheduleIds: made.flatMap(({ shape, triggerId }) => (shape.means === 'schedule' ? [triggerId] : [])),
    ruleId: Rule.parse(answer).shipping_rule.id,
  };
};

const makeWorkflow = async (gateway: Gateway, shape: Shape): Promise<Made> => {
  const answer = await gateway.mutate('create_workflow', shape.input, 'workflow { id trigger { id } }');
  const parsed = Workflow.safeParse(answer);
  if (!parsed.success) throw new Error(`${shape.name} was not made: ${JSON.stringify(answer)}`);
  const { id, trigger } = parsed.data.workflow;
  return { shape, workflowId: id, triggerId: trigger.id };
};
