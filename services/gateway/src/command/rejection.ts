import type { CommandReply, FieldErrors, RejectionCode } from '@karrio/contracts';
import { problem, type Problem, type ProblemCode } from '../http/problem.ts';
import { inputPathOf } from './input.ts';

type Rejection = Extract<CommandReply, { rejected: unknown }>['rejected'];

const codeOf = {
  'not-found': 'not_found',
  'already-exists': 'conflict',
  invalid: 'validation',
  inactive: 'workflow_inactive',
  'in-use': 'conflict',
  forbidden: 'forbidden',
  'backlog-full': 'backlog_full',
  repeated: 'replayed',
  'loop-detected': 'loop_detected',
  // It had no effect, and sending it again may have one.
  expired: 'service_unavailable',
} as const satisfies Readonly<Record<RejectionCode, ProblemCode>>;

/** What is wrong with a field; `validation` where no code is given. */
export type FieldError = FieldErrors[number] & Readonly<{ code?: ProblemCode }>;

/** A refusal in the words of the input. */
export const fieldErrorsOf = ({ code, errors }: Rejection): FieldError[] =>
  errors.length > 0
    ? errors.map(({ field, messages }) => ({ field: inputPathOf(field), messages, code: codeOf[code] }))
    : [{ field: 'id', messages: [`was refused: ${code}`], code: codeOf[code] }];

export const problemOfRejection = (rejection: Rejection): Problem => {
  const errors = fieldErrorsOf(rejection);
  const message = errors.map(({ field, messages }) => `${field}: ${messages.join(' ')}`).join('; ');
  const details = errors.map(({ field, messages }) => ({ field, messages }));
  return problem(codeOf[rejection.code], message, details);
};
