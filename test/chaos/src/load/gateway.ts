import { z } from 'zod';
import type { ShownRun } from '../audit/evidence.ts';

/** The public API, as much of it as the load needs. */
export type Gateway = ReturnType<typeof openGateway>;

const requestMs = 20_000;

const Created = z.object({
  data: z.object({
    create_workflow: z.object({
      workflow: z.object({ id: z.string() }).nullable(),
      errors: z.unknown().nullish(),
    }),
  }),
});
const Started = z.object({
  data: z.object({ create_workflow_event: z.object({ workflow_event: z.object({ id: z.string() }) }) }),
});
const Triggered = z.object({ id: z.string() });
const Shown = z.object({
  data: z.object({
    workflow_event: z.object({
      id: z.string(),
      status: z.string(),
      state: z.string().nullable(),
      failure: z.object({ code: z.string(), action: z.string().optional() }).nullable(),
      records: z.array(
        z.object({
          meta: z.object({ workflow_action_slug: z.string().nullable(), attempt: z.number().nullable() }),
        }),
      ),
    }),
  }),
});

const create = `mutation ($input: CreateWorkflowMutationInput!) {
  create_workflow(input: $input) { workflow { id } errors { field messages } }
}`;
const start = `mutation ($input: CreateWorkflowEventMutationInput!) {
  create_workflow_event(input: $input) { workflow_event { id } }
}`;
const show = `query ($id: String!) {
  workflow_event(id: $id) { id status state failure records { meta } }
}`;

export const openGateway = ({ url, apiKey }: Readonly<{ url: string; apiKey: string }>) => {
  const post = async (path: string, body: object, headers: Readonly<Record<string, string>>) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(requestMs),
    });
    const answer: unknown = await response.json();
    return { status: response.status, answer };
  };
  const ask = async (query: string, variables: object, headers: Readonly<Record<string, string>> = {}) =>
    (await post('/graphql', { query, variables }, { authorization: `Token ${apiKey}`, ...headers })).answer;

  return {
    /** @throws Error with the gateway's answer */
    createWorkflow: async (input: object): Promise<string> => {
      const answer = await ask(create, { input });
      const id = Created.safeParse(answer).data?.data.create_workflow.workflow?.id;
      if (id === undefined) throw new Error(`the workflow was not created: ${JSON.stringify(answer)}`);
      return id;
    },
    /** The run's id; undefined when it was not accepted this time. */
    startRun: async (
      workflowId: string,
      trigger: 'manual' | 'webhook',
      parameters: object,
      idempotencyKey: string,
    ): Promise<string | undefined> => {
      const headers = { 'idempotency-key': idempotencyKey };
      if (trigger === 'webhook') {
        const { status, answer } = await post(`/v1/workflows/${workflowId}/trigger`, parameters, headers);
        return status === 202 || status === 200 ? Triggered.parse(answer).id : undefined;
      }
      const input = { workflow_id: workflowId, event_type: 'manual', parameters };
      const answer = await ask(start, { input }, headers);
      return Started.safeParse(answer).data?.data.create_workflow_event.workflow_event.id;
    },
    /** @throws Error while the run cannot be read */
    readRun: async (id: string): Promise<ShownRun> => {
      const answer = await ask(show, { id });
      const { data, error } = Shown.safeParse(answer);
      if (!data) throw new Error(`run ${id} cannot be read: ${JSON.stringify(answer)}`, { cause: error });
      const { records, ...run } = data.data.workflow_event;
      // What happened to the run itself is no attempt.
      const attempts = records.flatMap(({ meta: { workflow_action_slug: slug, attempt } }) =>
        slug === null || attempt === null ? [] : [`${slug}#${attempt}`],
      );
      return { ...run, attempts: [...new Set(attempts)] };
    },
  };
};
