import { apiKey, type TestGateway } from './harness.ts';

/** Answers `body` without a type: tests assert its shape as they go. */
type Options = Readonly<{ key?: string | null; headers?: Readonly<Record<string, string>> }>;

export const ask = async (
  { url }: Pick<TestGateway, 'url'>,
  query: string,
  variables: object = {},
  { key = apiKey, headers = {} }: Options = {},
) => {
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
