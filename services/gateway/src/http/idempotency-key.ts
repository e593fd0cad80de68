import { problem, type Problem } from './problem.ts';

const allowed = /^[\x21-\x7e]{1,255}$/;

/** The same key again has the effect of once; undefined where none was sent. */
export const idempotencyKeyOf = (
  header: string | readonly string[] | undefined,
): { readonly key: string | undefined } | { readonly problem: Problem } => {
  if (header === undefined) return { key: undefined };
  if (typeof header === 'string' && allowed.test(header)) return { key: header };
  return {
    problem: problem('validation', 'The header Idempotency-Key must be 1 to 255 visible ASCII characters.'),
  };
};
