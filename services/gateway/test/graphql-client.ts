import { apiKey, type TestGateway } from './harness.ts';

type Options = Readonly<{ key?: string | null; headers?: Readonly<Record<string, string>> }>;

export type GraphAnswer = Readonly<{
  status: number;
  headers: Headers;
  /** Tests read deep into answers whose shape they assert anyway. */
  body: ReturnType<typeof JSON.parse>;
}>;

export const ask = async (
  { url }: Pick<TestGateway, 'url'>,
  query: string,
  variables: object = {},
  { key = apiKey, headers = {} }: Options = {},
): Promise<GraphAnswer> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key === null ? {} : { authorization: `Token ${key}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
};
