import { problem, type Problem } from '../http/problem.ts';

/** Proxies commonly cut an idle request after 60 s. */
const waitMsMax = 60_000;

/** How long a caller waits for the run's end: `10s`, `500ms`; undefined where it does not say. */
export const waitMsOf = (
  wait: unknown,
): { readonly ms: number | undefined } | { readonly problem: Problem } => {
  if (wait === undefined) return { ms: undefined };
  const [, digits, unit] = (typeof wait === 'string' && /^(\d{1,9})(ms|s)$/.exec(wait)) || [];
  if (digits === undefined)
    return invalid('is a number of seconds or milliseconds with its unit, such as 10s or 500ms');
  const ms = Number(digits) * (unit === 's' ? 1000 : 1);
  if (ms < 1) return invalid('must be at least 1ms; leave it out to be answered at once');
  return ms > waitMsMax
    ? invalid(`must be at most ${waitMsMax / 1000}s; poll the run for longer ones`)
    : { ms };
};

const invalid = (rule: string) => ({ problem: problem('validation', `The query parameter wait ${rule}.`) });
