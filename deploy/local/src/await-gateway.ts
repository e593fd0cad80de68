import { setTimeout as delay } from 'node:timers/promises';

/** The key is in the log by the time the command service is ready; the read model follows in a moment, or on a busy
 * machine in some. */
const patienceMs = 45_000;

/**
 * Resolves once the gateway answers a query asked with the key.
 * @throws Error with the last answer when it does not
 */
export const awaitGateway = async (gateway: string, apiKey: string, signal: AbortSignal): Promise<void> => {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask(gateway, apiKey);
    if (answer === 'welcome') return;
    signal.throwIfAborted();
    if (Date.now() > deadline) {
      throw new Error(
        `The gateway at ${gateway} does not accept the key of this data directory: ${answer}\n` +
          'If DATA_DIR or EVENTSTORE_URL has changed, its api-key file belongs to other data.',
      );
    }
    await delay(50);
  }
};

const ask = async (gateway: string, apiKey: string): Promise<string> => {
  try {
    const response = await fetch(`${gateway}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Token ${apiKey}` },
      body: JSON.stringify({ query: '{ workflows(filter: { first: 1 }) { page_info { count } } }' }),
      signal: AbortSignal.timeout(5_000),
    });
    const text = await response.text();
    return response.ok && !text.includes('"errors"') ? 'welcome' : `${response.status} ${text.slice(0, 300)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
