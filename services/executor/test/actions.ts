import type { PlannedAction } from '@karrio/domain';
import type { Outcome } from '../src/action/action-type.ts';
import { aContext, anAction } from '../src/action/planned-action.fixture.ts';
import { createActions } from '../src/action/registry.ts';
import { parseEgressAllow } from '../src/egress/egress-policy.ts';
import type { HttpClientOptions } from '../src/egress/http-client.ts';

type Options = Partial<Omit<HttpClientOptions, 'egressAllow'>> & Readonly<{ allow?: string }>;

/** The action types as the executor has them, with one request at a time. */
export const openActions = ({ allow = '127.0.0.1', ...given }: Options = {}) => {
  const parsed = parseEgressAllow(allow);
  if ('problem' in parsed) throw new Error(parsed.problem);
  const actions = createActions({
    connectTimeoutMs: 2_000,
    timeoutMs: 10_000,
    responseBytesMax: 1024 * 1024,
    ...given,
    egressAllow: parsed.rules,
  });
  const perform = async (
    action: Partial<PlannedAction>,
    { signal = new AbortController().signal, key = 'key-1' }: { signal?: AbortSignal; key?: string } = {},
  ): Promise<Outcome> => {
    const prepared = actions.prepare(anAction(action), aContext());
    if ('effect' in prepared) return prepared.effect.perform(signal, key);
    return 'pure' in prepared ? prepared.pure : { failed: { failure: prepared.failed } };
  };
  return { perform, [Symbol.asyncDispose]: () => actions[Symbol.asyncDispose]() };
};

export const failureOf = (outcome: Outcome) => ('failed' in outcome ? outcome.failed.failure : undefined);
export const outputOf = (outcome: Outcome) => ('succeeded' in outcome ? outcome.succeeded.output : undefined);
