import type { Answer, Outside } from '@karrio/actions';
import { counter, gauge } from '@karrio/telemetry';
import { LRUCache } from 'lru-cache';
import { admit, closedCircuit, settle, type Circuit, type CircuitPolicy, type Health } from './circuit.ts';

const circuitsMax = 10_000;

/**
 * Gives a host a rest that fails an organisation's requests in a row: until it is over they fail at once, and
 * nothing is sent. Only hosts in trouble are remembered, in this process, the most recent 10,000 of them.
 */
export const withCircuitBreaker = (
  outside: Outside,
  policy: CircuitPolicy,
  now: () => number,
): Outside & Disposable => {
  const troubled = new LRUCache<string, Circuit>({ max: circuitsMax });
  const opened = counter('karrio_circuits_opened_total', 'Hosts that were given a rest.');
  const reading = gauge('karrio_circuits', 'Hosts given a rest (open) or tried again (half-open).', () =>
    countByState(troubled.values(), now()),
  );

  const keep = (key: string, circuit: Circuit) => {
    if (circuit.failures === 0) troubled.delete(key);
    else troubled.set(key, circuit);
  };
  const note = (key: string, health: Health) => {
    const before = troubled.get(key) ?? closedCircuit;
    const after = settle(before, health, policy, now());
    if (after.openUntilMs !== undefined && after.openUntilMs !== before.openUntilMs) opened.add();
    if (after !== before) keep(key, after);
  };

  return {
    send: async (request, sender) => {
      const key = `${sender.org} ${request.url.host}`;
      const admission = admit(troubled.get(key) ?? closedCircuit, now());
      if (!admission.admitted) return resting(request.url.host, admission.afterMs);
      keep(key, admission.circuit);
      try {
        const answer = await outside.send(request, sender);
        note(key, healthOf(answer));
        return answer;
      } catch (error) {
        note(key, 'abandoned');
        throw error;
      }
    },
    [Symbol.dispose]: () => reading[Symbol.dispose](),
  };
};

/** Failures of a connection, answers that never came, and 5xx; what the engine refuses says nothing of the host. */
const healthOf = (answer: Answer): Health => {
  if ('response' in answer) return answer.response.status >= 500 ? 'ill' : 'well';
  const { failure, recovery } = answer.trouble;
  if (recovery || failure.code === 'tls-failed') return 'ill';
  return failure.code === 'egress-refused' ? 'abandoned' : 'well';
};

const resting = (host: string, afterMs: number): Answer => ({
  trouble: {
    failure: {
      code: 'circuit-open',
      message:
        `${host} failed too often in a row and is given a rest; nothing was sent. ` +
        `It is tried again in ${Math.ceil(afterMs / 1_000)} s.`,
    },
    recovery: { again: 'safe', afterMs },
  },
});

const countByState = (circuits: Iterable<Circuit>, nowMs: number) => {
  let open = 0;
  let halfOpen = 0;
  for (const { openUntilMs } of circuits) {
    if (openUntilMs === undefined) continue;
    if (nowMs < openUntilMs) open++;
    else halfOpen++;
  }
  return [
    { value: open, attributes: { state: 'open' } },
    { value: halfOpen, attributes: { state: 'half-open' } },
  ];
};
