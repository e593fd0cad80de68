import { status } from '@grpc/grpc-js';
import { AccessDenied, AppendRefused, RevisionConflict, StoreUnavailable } from './errors.ts';
import type { Appended, ExpectedRevision } from './event-store.ts';
import type { AppendResponse, RefusedAppend } from './wire/append-response.ts';

/** @throws what the answer says, as callers handle it */
export const appendOutcome = (
  response: AppendResponse,
  stream: string,
  expected: ExpectedRevision | 'any',
): Appended => {
  if ('appended' in response) return response.appended;
  if ('refused' in response) throw refusalOf(response.refused, stream);
  throw new RevisionConflict(stream, expected, response.conflict);
};

/** By the type of the details, and where that says nothing by gRPC's code. */
const refusalOf = ({ reason, code, message }: RefusedAppend, stream: string): Error => {
  const text = `The event store refused an append to ${stream}: ${message || reason}`;
  switch (reason.replace('event_store.client.', '')) {
    case 'Timeout':
      return new StoreUnavailable('deadline', `The event store did not write to ${stream} in time.`);
    case 'AccessDenied':
      return new AccessDenied('forbidden');
    case 'MaximumAppendSizeExceeded':
      return new AppendRefused('too-large', text);
    case 'StreamDeleted':
      return new AppendRefused('stream-deleted', text);
    default:
      return code === status.UNAVAILABLE
        ? new StoreUnavailable('not-writing', text)
        : new AppendRefused('malformed', text);
  }
};
