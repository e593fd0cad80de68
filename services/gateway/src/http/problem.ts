/** Every code a caller can meet, and its HTTP status. docs/runbooks/failure-modes.md explains each. */
export const statusOfCode = {
  authentication_required: 401,
  invalid_token: 401,
  wrong_secret: 401,
  forbidden: 403,
  wrong_credentials: 401,
  wrong_signature: 401,
  signature_expired: 401,
  csrf_token_required: 403,
  validation: 400,
  malformed_body: 400,
  not_found: 404,
  method_not_allowed: 405,
  workflow_inactive: 409,
  trigger_paused: 409,
  replayed: 409,
  loop_detected: 409,
  conflict: 409,
  body_too_large: 413,
  unsupported_body: 415,
  query_too_complex: 400,
  backlog_full: 429,
  rate_limited: 429,
  too_many_subscriptions: 429,
  subscriber_too_slow: 503,
  cursor_too_old: 410,
  read_model_behind: 503,
  outcome_unknown: 503,
  service_unavailable: 503,
  deadline_exceeded: 504,
  internal: 500,
  run_failed: 502,
  response_failed: 502,
} as const;
export type ProblemCode = keyof typeof statusOfCode;

export const isProblemCode = (code: unknown): code is ProblemCode =>
  typeof code === 'string' && Object.hasOwn(statusOfCode, code);

/** What a caller did wrong or met, in words that say what to do next. */
export type Problem = Readonly<{ code: ProblemCode; message: string; details?: unknown }>;

export const problem = (code: ProblemCode, message: string, details?: unknown): Problem =>
  details === undefined ? { code, message } : { code, message, details };

/** The REST error shape of the contract. */
export const problemBody = (...found: readonly Problem[]) => ({
  errors: found.map((one) => ({
    ...one,
    level: warnings.has(statusOfCode[one.code]) ? 'warning' : 'error',
  })),
});

const warnings: ReadonlySet<number> = new Set([404, 429, 503]);

/** What HTTP wants said beside the status. A 503 and a 429 are worth another try after some seconds. */
export const headersOf = ({
  code,
  details,
}: Pick<Problem, 'code' | 'details'>): Readonly<Record<string, string>> => {
  const status = statusOfCode[code];
  if (status === 401) return { 'www-authenticate': 'Token' };
  if (status === 429) return { 'retry-after': retryAfterIn(details) ?? '10' };
  return status === 503 ? { 'retry-after': '2' } : {};
};

const retryAfterIn = (details: unknown): string | undefined =>
  typeof details === 'object' && details !== null && 'retry_after' in details
    ? String(details.retry_after)
    : undefined;
