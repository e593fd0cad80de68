import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { graphqlClient } from '../demo/graphql.ts';
import { stackFile } from '../stack-file.ts';
import type { ReplayRequest } from './arguments.ts';
import { ReplayedRun, reportLines } from './report.ts';

type Address = Readonly<{ gateway: string; apiKey: string }>;

export type Replayed = Readonly<{ same: boolean; lines: readonly string[] }>;

/** @throws Error that says what to do */
export const replay = async (
  request: ReplayRequest,
  env: Readonly<{ dataDir: string; apiKey: string | undefined }>,
): Promise<Replayed> => {
  const { gateway, apiKey } = addressOf(request, env);
  const { workflow: id, last, draft } = request;
  const input = { id, last, ...(draft !== undefined && { draft: readDraft(draft) }) };
  const { replay_workflow } = await graphqlClient(gateway, apiKey)(Answer, mutation, { input });
  return { same: replay_workflow.same, lines: reportLines(replay_workflow.runs) };
};

const mutation = `mutation ($input: ReplayWorkflowMutationInput!) {
  replay_workflow(input: $input) { errors { field messages } same runs }
}`;

const Answer = z.object({ replay_workflow: z.object({ same: z.boolean(), runs: z.array(ReplayedRun) }) });

/** The key of the stack that runs here goes to no other one. */
const addressOf = (
  { gateway, apiKey }: ReplayRequest,
  env: Readonly<{ dataDir: string; apiKey: string | undefined }>,
): Address => {
  const given = apiKey ?? env.apiKey;
  if (gateway !== undefined) {
    if (given !== undefined) return { gateway, apiKey: given };
    throw new Error(`Give a key of ${gateway}, with --api-key or in KARRIO_API_KEY.`);
  }
  const running = stackFile(env.dataDir).read();
  if (running) return { gateway: running.gateway, apiKey: given ?? running.api_key };
  throw new Error(
    `No stack runs from ${env.dataDir}: start it with npm start, or give --gateway and --api-key.`,
  );
};

const readDraft = (path: string): object => {
  try {
    return z.looseObject({}).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new Error(`${path} is not a file with one JSON object, the changes to the workflow.`, { cause });
  }
};
