import type { InlineAction } from '@karrio/contracts';
import { defaultRetryPolicy, refusal, type HttpPolicy, type Refusal, type RetryPolicy } from '@karrio/domain';
import { pick } from '../definition/pick.ts';

/** Absent keeps what is, null takes the default. */
export const httpPolicyOf = (input: InlineAction, before: HttpPolicy): HttpPolicy => ({
  connectTimeoutMs: pick(input.connectTimeoutMs, before.connectTimeoutMs),
  timeoutMs: pick(input.timeoutMs, before.timeoutMs),
  acceptedStatuses: pick(input.acceptedStatuses, before.acceptedStatuses),
  retry: input.retryPolicy
    ? retryPolicyOf(input.retryPolicy, before.retry)
    : pick(input.retryPolicy, before.retry),
  onUnknown: pick(input.onUnknown, before.onUnknown),
  probe: pick(input.probe, before.probe),
});

const retryPolicyOf = (
  given: NonNullable<InlineAction['retryPolicy']>,
  before: RetryPolicy | null,
): RetryPolicy => {
  const { retriesMax, baseDelayMs, delayMsMax, statuses } = before ?? defaultRetryPolicy;
  return {
    retriesMax: given.maxRetries ?? retriesMax,
    baseDelayMs: given.baseDelayMs ?? baseDelayMs,
    delayMsMax: given.maxDelayMs ?? delayMsMax,
    statuses: given.statuses ?? statuses,
  };
};

export const policyProblems = ({ retry, onUnknown, probe }: HttpPolicy, path: string): readonly Refusal[] => {
  const problems: Refusal[] = [];
  if (onUnknown === 'probe' && probe === null) {
    const message =
      'Say how to find out whether the request took effect: probe {endpoint template}, a GET whose template renders true or false.';
    problems.push(refusal('invalid', `${path}probe`, message));
  }
  if (retry === null || retry.baseDelayMs <= retry.delayMsMax) return problems;
  const message = `The first delay of ${retry.baseDelayMs} ms is longer than the longest of ${retry.delayMsMax} ms.`;
  return [...problems, refusal('invalid', `${path}retry_policy.base_delay_ms`, message)];
};
