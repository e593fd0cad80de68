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

export const policyProblems = ({ retry }: HttpPolicy, path: string): readonly Refusal[] => {
  if (retry === null || retry.baseDelayMs <= retry.delayMsMax) return [];
  const message = `The first delay of ${retry.baseDelayMs} ms is longer than the longest of ${retry.delayMsMax} ms.`;
  return [refusal('invalid', `${path}retry_policy.base_delay_ms`, message)];
};
