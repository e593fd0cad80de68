import { EventStoreDBClient } from '@eventstore/db-client';
import { checkConnectionString } from './connection-string.ts';

/** Connects at the first call. @throws Error that says what is wrong with `EVENTSTORE_URL`, without its password */
export const openClient = (
  text: string,
): Readonly<{ client: EventStoreDBClient; warnings: readonly string[] }> => {
  const { url, warnings } = checkConnectionString(text);
  try {
    return { client: EventStoreDBClient.connectionString(url), warnings };
  } catch (error) {
    // Not as its cause: the client's error has the whole string in a field.
    const why = error instanceof Error ? error.message : 'unknown';
    throw new Error(
      `EVENTSTORE_URL can not be used (are tlsCAFile, userCertFile and userKeyFile files that are there?): ${why}`,
    );
  }
};
