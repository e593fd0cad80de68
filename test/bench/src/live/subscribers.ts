import { request } from 'node:http';

type Gateway = Readonly<{ gateway: string; api_key: string }>;

const query = `subscription ($id: String!) {
  workflow_event(id: $id) { cursor workflow_event { id status state } } }`;

/** Subscribers over SSE, each with a connection of its own. */
export const createSubscribers = ({ gateway, api_key }: Gateway) => {
  const counted = { told: 0, complete: 0 };

  /** Resolves when the run as it is was told. */
  const open = (id: string): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const headers = {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Token ${api_key}`,
    };
    const sent = request(`${gateway}/graphql`, { method: 'POST', agent: false, headers }, (response) => {
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        const told = text.split('event: next').length - 1;
        counted.told += told;
        if (text.includes('event: complete')) counted.complete++;
        if (told > 0) resolve();
      });
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(JSON.stringify({ query, variables: { id } }));
    return promise;
  };
  return { counted, open };
};
