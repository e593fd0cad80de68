import { planAction, type Outcome } from '@karrio/actions';
import { aContext, anAction } from '@karrio/actions/testing';
import type { PlannedAction } from '@karrio/domain';
import { parseEgressAllow } from '../src/egress/egress-policy.ts';
import { guardedOutside } from '../src/egress/guarded-outside.ts';
import { createHttpClient, type HttpClientOptions } from '../src/egress/http-client.ts';

type Options = Partial<Omit<HttpClientOptions, 'egressAllow'>> & Readonly<{ allow?: string }>;

/** The action types and the way out as the executor has them, with one request at a time. */
export const openActions = ({ allow = '127.0.0.1', ...given }: Options = {}) => {
  const parsed = parseEgressAllow(allow);
  if ('problem' in parsed) throw new Error(parsed.problem);
  const client = createHttpClient({
    // Beyond what a starved core makes an answer late.
    connectTimeoutMs: 30_000,
    timeoutMs: 60_000,
    requestBytesMax: 1024 * 1024,
    responseBytesMax: 1024 * 1024,
    ...given,
    egressAllow: parsed.rules,
  });
  const outside = guardedOutside(client);
  const perform = async (
    action: Partial<PlannedAction>,
    { signal = new AbortController().signal, key = 'key-1' }: { signal?: AbortSignal; key?: string } = {},
  ): Promise<Outcome> => {
    const planned = planAction(anAction(action), aContext(), undefined);
    if ('effect' in planned) return planned.effect.perform(outside, { org: 'org_1', depth: 0, signal }, key);
    if ('wait' in planned) throw new Error('a wait asks nobody');
    return 'pure' in planned ? planned.pure : { failed: { failure: planned.failed } };
  };
  return { perform, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
};

export const failureOf = (outcome: Outcome) => ('failed' in outcome ? outcome.failed.failure : undefined);
export const recoveryOf = (outcome: Outcome) => ('failed' in outcome ? outcome.failed.recovery : undefined);
export const outputOf = (outcome: Outcome) => ('succeeded' in outcome ? outcome.succeeded.output : undefined);
