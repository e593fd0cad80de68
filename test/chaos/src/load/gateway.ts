import { z } from 'zod';
import type { ShownRun } from '../audit/evidence.ts';

/** The public API, as one organisation sees it. */
export type Gateway = ReturnType<typeof openGateway>;

const requestMs = 20_000;

export type Headers = Readonly<Record<string, string>>;
export type Sent = Readonly<{ body: string | object; headers?: Headers }>;

const Answer = z.object({ data: z.record(z.string(), z.looseObject({})) });
const Shown = z.object({
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
});

const show = `query ($id: String!) {
  workflow_event(id: $id) { id status state failure records { meta } }
}`;

const inputNameOf = (mutation: string): string =>
  `${mutation.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())}MutationInput`;

export type Access = Readonly<{ urls: readonly [string, ...string[]]; apiKey: string }>;

/** Of several gateways each request goes to another one: what one has done, the others know. */
export const openGateway = ({ urls, apiKey }: Access) => {
  let turn = 0;
  const authorization = `Token ${apiKey}`;
  const post = async (path: string, { body, headers }: Sent) => {
    const url = urls[turn++ % urls.length] ?? urls[0];
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(requestMs),
    });
    const answer: unknown = await response.json();
    return { status: response.status, answer };
  };
  const ask = async (query: string, variables: object = {}, headers: Headers = {}) => {
    const sent = { body: { query, variables }, headers: { authorization, ...headers } };
    const { answer } = await post('/graphql', sent);
    const parsed = Answer.safeParse(answer);
    if (!parsed.success) throw new Error(`not answered: ${JSON.stringify(answer)}`);
    return parsed.data.data;
  };

  return {
    authorization,
    post,
    ask,
    /**
     * What a mutation answers, `errors` among it. `input` is null for one that takes none.
     * @throws Error where it did not take place, as far as its caller knows
     */
    mutate: async (name: string, input: object | null, shown = '', headers: Headers = {}) => {
      const selection = `{ errors { field messages } ${shown} }`;
      const text =
        input === null
          ? `mutation { ${name} ${selection} }`
          : `mutation ($input: ${inputNameOf(name)}!) { ${name}(input: $input) ${selection} }`;
      const answer = (await ask(text, input === null ? {} : { input }, headers))[name];
      if (!answer) throw new Error(`${name} was not answered`);
      return answer;
    },
    /** @throws Error while the run cannot be read */
    readRun: async (id: string): Promise<ShownRun> => {
      const { records, ...run } = Shown.parse(await ask(show, { id })).workflow_event;
      // What happened to the run itself is no attempt.
      const attempts = records.flatMap(({ meta: { workflow_action_slug: slug, attempt } }) =>
        slug === null || attempt === null ? [] : [`${slug}#${attempt}`],
      );
      return { ...run, attempts: [...new Set(attempts)] };
    },
  };
};
