import { StoreUnavailable } from '@karrio/event-store-client';
import { BusUnavailable, CommandTimeout, MessageTooLarge } from '@karrio/messaging';
import { CursorError, PathError, RecordsTooRare } from '@karrio/read-model';
import { VaultError } from '@karrio/vault';
import { PasswordsBusy } from '../auth/password.ts';
import { problem, type Problem } from './problem.ts';

/** What a caller is told of a fault; undefined for one that nobody foresaw. */
export const problemOfFault = (fault: unknown): Problem | undefined => {
  if (fault instanceof CommandTimeout) {
    return problem(
      'outcome_unknown',
      'No answer came in time, so it is not known whether this took effect. Repeat it with the same Idempotency-Key: it takes effect once.',
    );
  }
  if (fault instanceof MessageTooLarge) {
    return problem(
      'body_too_large',
      'The request is larger than a command may be; send less, or a link to it.',
    );
  }
  if (fault instanceof BusUnavailable) {
    return problem(
      'service_unavailable',
      'The message bus is away, so nothing was accepted. Try again shortly.',
    );
  }
  if (fault instanceof StoreUnavailable) {
    return problem(
      'service_unavailable',
      'The event store, which has the keys of secrets, is away, so nothing was accepted. Try again shortly.',
    );
  }
  if (fault instanceof VaultError && fault.code === 'no-data-key') {
    return problem('service_unavailable', `Nothing was accepted: ${fault.message}`);
  }
  if (fault instanceof PasswordsBusy) {
    return problem(
      'service_unavailable',
      'Too many passwords are being looked at in this moment, and yours was not. Try again shortly.',
    );
  }
  if (isDatabaseAway(fault)) {
    return problem('service_unavailable', 'The database is away. Try again shortly.');
  }
  return problemOfArgument(fault);
};

/** What a query's argument brought about: only the read models can tell. */
const problemOfArgument = (fault: unknown): Problem | undefined => {
  if (fault instanceof CursorError) {
    const { field, message } = fault;
    return problem('validation', `filter.${field} ${message}.`, { [field]: [message] });
  }
  if (fault instanceof RecordsTooRare) {
    const message = `Too few records match to be found among the newest runs. Narrow the filter by request_id, or go on with date_before: "${fault.readUntil}".`;
    return problem('query_too_complex', message, { date_before: fault.readUntil });
  }
  if (fault instanceof PathError) {
    const message = `is no SQL/JSON path that can be looked for: ${fault.message}; one is such as $.order.total ? (@ > 100)`;
    return problem('validation', `filter.parameters_path ${message}.`, { parameters_path: [message] });
  }
  // Given up by the server after its statement_timeout.
  if (hasCode(fault, '57014')) {
    const message = 'This took too long to find. Narrow the filter: by dates, a workflow or a status.';
    return problem('query_too_complex', message);
  }
  // Postgres' text holds every character but NUL.
  if (hasCode(fault, '22021')) {
    return problem('validation', 'An argument contains the character NUL, which nothing here is named by.');
  }
  return undefined;
};

/** Network faults, a server that starts or stops, no connection to be had (SQLSTATE classes 08, 57P, 53). */
const awayCode = /^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|08|57P|53)/;
/** What `pg` reports without a code. */
const awayMessage =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection|Query read timeout)/;

const isDatabaseAway = (fault: unknown): boolean =>
  fault instanceof Error && (awayCode.test(codeOf(fault)) || awayMessage.test(fault.message));

const hasCode = (fault: unknown, code: string): boolean => codeOf(fault) === code;

const codeOf = (fault: unknown): string =>
  fault instanceof Error && 'code' in fault && typeof fault.code === 'string' ? fault.code : '';
