import { createClient } from 'graphql-ws';
import type { Address } from './stack.ts';

type Watched = AsyncIterableIterator<unknown>;

/** Subscriptions of one key over one WebSocket, which tells what it has to in the order in which it comes. */
export const openLiveSocket = ({ gateway, apiKey }: Pick<Address, 'gateway' | 'apiKey'>) => {
  const client = createClient({
    url: `${gateway.replace('http', 'ws')}/graphql`,
    retryAttempts: 0,
    connectionParams: { Authorization: `Token ${apiKey}` },
  });
  return {
    watch: (query: string): Watched => client.iterate({ query }),
    [Symbol.asyncDispose]: async () => client.dispose(),
  };
};
