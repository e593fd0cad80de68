import type { Outside, Trouble } from '@karrio/actions';
import { depthHeader } from '@karrio/contracts';
import { explain } from './explain.ts';
import type { HttpClient } from './http-client.ts';

/** The outside as actions reach it: every trouble of the client is an answer that says what to do next. */
export const guardedOutside = (client: Pick<HttpClient, 'send' | 'options'>): Outside => ({
  send: async (composed, { signal, depth }) => {
    let isGone = false;
    // Over whatever a template says: a run that starts runs must not be able to hide it.
    const request = { ...composed, headers: { ...composed.headers, [depthHeader]: String(depth) } };
    try {
      return { response: await client.send(request, signal, () => (isGone = true)) };
    } catch (error) {
      if (signal.aborted) throw error;
      const failure = explain(error, request.url, client.options, request, isGone);
      if (!failure) throw error;
      return { trouble: { failure, ...recoveryFrom(failure.code, isGone) } };
    }
  },
});

/** What another attempt may mend. A certificate, an address or a limit stays what it is. */
const passing: ReadonlySet<string> = new Set([
  'host-not-found',
  'host-unreachable',
  'connection-refused',
  'connect-timeout',
  'connection-lost',
  'timeout',
  'request-failed',
]);

/** After a redirect the first server has had the request, however far the second one let it come. */
const recoveryFrom = (code: string, isGone: boolean): Pick<Trouble, 'recovery'> =>
  passing.has(code) ? { recovery: { again: isGone ? 'unsure' : 'safe' } } : {};
