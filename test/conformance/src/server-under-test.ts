import { EventStoreDBClient, type Credentials } from '@eventstore/db-client';
import { startEventStore } from '@karrio/testing';
import { serverUrl } from './config.ts';

export type ServerUnderTest = AsyncDisposable &
  Readonly<{
    url: string;
    client: EventStoreDBClient;
    /** Given with a call they make the client append in a call of its own. */
    credentials: Credentials;
  }>;

/** The server that EVENTSTORE_URL names, which others use too, or an embedded one. */
export const serverUnderTest = async (): Promise<ServerUnderTest> => {
  await using stack = new AsyncDisposableStack();
  const url = serverUrl ?? stack.use(await startEventStore()).url;
  const client = EventStoreDBClient.connectionString(url);
  stack.defer(() => client.dispose());
  const kept = stack.move();
  return { url, client, credentials: credentialsOf(url), [Symbol.asyncDispose]: () => kept.disposeAsync() };
};

const credentialsOf = (url: string): Credentials => {
  const { username, password } = new URL(url);
  return { username: username || 'admin', password: password || 'changeit' };
};
