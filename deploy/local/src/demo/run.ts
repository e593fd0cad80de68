import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Ask } from './graphql.ts';

const Run = z.object({
  id: z.string(),
  status: z.enum(['pending', 'running', 'success', 'aborted', 'failed', 'cancelled']),
  created_at: z.string(),
  workflow: z.object({
    action_nodes: z.array(z.object({ order: z.number(), slug: z.string() })),
    actions: z.array(z.object({ slug: z.string(), name: z.string(), action_type: z.string() })),
  }),
  records: z.array(
    z.object({
      key: z.string(),
      /** Unix seconds. */
      timestamp: z.number(),
      record: z.looseObject({
        status: z.string().optional(),
        url: z.string().optional(),
        method: z.string().optional(),
        status_code: z.number().optional(),
        error: z.unknown().optional(),
        output: z.unknown().optional(),
      }),
      meta: z.looseObject({
        workflow_action_slug: z.string(),
        attempt: z.number().default(1),
        duration_ms: z.number().nullish(),
      }),
    }),
  ),
});
export type Run = z.infer<typeof Run>;

const pollMs = 100;
const patienceMs = 30_000;

/** Asks for a run and for how it went, until it has ended. */
export const runToEnd = async (
  ask: Ask,
  workflowId: string,
  parameters: unknown,
  signal: AbortSignal,
): Promise<Run> => {
  const requested = z.object({
    create_workflow_event: z.object({ workflow_event: z.object({ id: z.string() }) }),
  });
  const input = { workflow_id: workflowId, event_type: 'manual', parameters };
  const { create_workflow_event } = await ask(requested, request, { input });
  const { id } = create_workflow_event.workflow_event;

  const deadline = Date.now() + patienceMs;
  for (;;) {
    const { workflow_event: run } = await ask(z.object({ workflow_event: Run.nullable() }), runById, { id });
    if (run && run.status !== 'pending' && run.status !== 'running') return run;
    if (Date.now() > deadline) {
      throw new Error(`run ${id} was ${run?.status ?? 'not to be seen'} after ${patienceMs / 1_000} s`);
    }
    await delay(pollMs, undefined, { signal });
  }
};

const request = `mutation($input: CreateWorkflowEventMutationInput!) {
  create_workflow_event(input: $input) { workflow_event { id } errors { field messages } }
}`;

const runById = `query($id: String!) {
  workflow_event(id: $id) {
    id status created_at
    workflow { action_nodes { order slug } actions { slug name action_type } }
    records { key timestamp record meta }
  }
}`;
