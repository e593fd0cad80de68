import { z } from 'zod';

const Answer = z.object({
  data: z.unknown(),
  errors: z.array(z.looseObject({ message: z.string() })).optional(),
});

/** What the payload of a mutation says it did not like. */
const Refused = z.record(
  z.string(),
  z.looseObject({
    errors: z.array(z.object({ field: z.string(), messages: z.array(z.string()) })).nullish(),
  }),
);

export type Ask = <T>(shape: z.ZodType<T>, query: string, variables?: unknown) => Promise<T>;

/** Asks the gateway, as any client would. @throws Error with the gateway's own words */
export const graphqlClient =
  (gateway: string, apiKey: string): Ask =>
  async (shape, query, variables = {}) => {
    const response = await fetch(`${gateway}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Token ${apiKey}` },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    const answer = Answer.safeParse(parseJson(text));
    if (!answer.success) throw new Error(`the gateway answered ${response.status}: ${text.slice(0, 300)}`);
    const complaints = complaintsOf(answer.data);
    if (complaints.length > 0) throw new Error(complaints.join('; '));
    const parsed = shape.safeParse(answer.data.data);
    if (parsed.success) return parsed.data;
    throw new Error(
      `the gateway's answer has not the shape of the contract:\n${z.prettifyError(parsed.error)}`,
    );
  };

const complaintsOf = ({ data, errors = [] }: z.infer<typeof Answer>): readonly string[] => {
  const refused = Object.values(Refused.safeParse(data).data ?? {}).flatMap(
    (payload) => payload.errors ?? [],
  );
  return [
    ...errors.map(({ message }) => message),
    ...refused.map(({ field, messages }) => `${field}: ${messages.join(' ')}`),
  ];
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
