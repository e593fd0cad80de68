import { z } from 'zod';
import type { Ask } from './graphql.ts';
import { workflowMark, workflowName, type DemoAction } from './workflow.ts';

const Named = z.object({ id: z.string(), slug: z.string(), host: z.string().nullable() });
const Found = z.object({ id: z.string(), name: z.string(), metadata: z.unknown(), actions: z.array(Named) });
const edgesOf = <T>(node: z.ZodType<T>) => z.object({ edges: z.array(z.object({ node })) });

export type Prepared = Readonly<{ workflowId: string; how: 'created' | 'reused' | 'updated' }>;

/** The workflow, made at the first start; later ones find it, and tell it where the shop is today. */
export const prepareWorkflow = async (ask: Ask, actions: readonly DemoAction[]): Promise<Prepared> => {
  const found = await findWorkflow(ask);
  if (!found) return { workflowId: await createWorkflow(ask, actions), how: 'created' };
  const moved = found.actions.flatMap((action) => {
    const wanted = actions.find(({ slug }) => slug === action.slug);
    return wanted && 'host' in wanted && wanted['host'] !== action.host
      ? [{ id: action.id, host: wanted['host'] }]
      : [];
  });
  for (const input of moved) await ask(z.unknown(), updateAction, { input });
  return { workflowId: found.id, how: moved.length > 0 ? 'updated' : 'reused' };
};

const findWorkflow = async (ask: Ask) => {
  const { workflows } = await ask(z.object({ workflows: edgesOf(Found) }), workflowsNamed, {
    name: workflowName,
  });
  return workflows.edges.map(({ node }) => node).find(isOurs);
};

const isOurs = ({ name, metadata }: z.infer<typeof Found>) =>
  name === workflowName &&
  z.object({ demonstration: z.literal(workflowMark.demonstration) }).safeParse(metadata).success;

/** An action outlives its workflow: one that is there from before is revised instead of made a second time. */
const createWorkflow = async (ask: Ask, actions: readonly DemoAction[]): Promise<string> => {
  const shape = z.object({ workflow_actions: edgesOf(Named) });
  const { workflow_actions } = await ask(shape, allActions);
  const known = new Set(workflow_actions.edges.map(({ node }) => node.slug));
  const input = {
    name: workflowName,
    description: 'The demonstration: fetch the orders of a shop, map them to shipments, decide.',
    metadata: workflowMark,
    action_nodes: actions.map((_, index) => ({ order: index + 1, index })),
    actions: actions.map(({ slug, ...action }) => (known.has(slug) ? { slug, ...action } : action)),
  };
  const created = z.object({ create_workflow: z.object({ workflow: z.object({ id: z.string() }) }) });
  const { create_workflow } = await ask(created, create, { input });
  return create_workflow.workflow.id;
};

const workflowsNamed = `query($name: String) {
  workflows(filter: { keyword: $name, first: 100 }) {
    edges { node { id name metadata actions { id slug host } } }
  }
}`;

const allActions = `{ workflow_actions(filter: { first: 100 }) { edges { node { id slug host } } } }`;

const create = `mutation($input: CreateWorkflowMutationInput!) {
  create_workflow(input: $input) { workflow { id } errors { field messages } }
}`;

const updateAction = `mutation($input: UpdateWorkflowActionMutationInput!) {
  update_workflow_action(input: $input) { workflow_action { id } errors { field messages } }
}`;
