import { convertToCommandError, ErrorType, isCommandError } from '@eventstore/db-client';
import { status } from '@grpc/grpc-js';
import { AccessDenied, StoreUnavailable, StreamDeleted } from './errors.ts';

const away = 'The event store does not answer; check EVENTSTORE_URL and its log.';

/** What the official client or its channel threw, as the outcome that callers handle; else as it is. */
export const storeErrorOf = (raw: unknown): unknown => {
  if (!(raw instanceof Error) || raw instanceof StoreUnavailable) return raw;
  // Its discovery throws this, and has no class for it.
  if (raw.message.startsWith('Failed to discover')) return new StoreUnavailable('away', away, { cause: raw });
  const error: Error = convertToCommandError(raw);
  return isCommandError(error) ? outcomeOf(error.type, error.code, error) : raw;
};

const outcomeOf = (type: ErrorType, code: status | undefined, cause: Error): Error => {
  switch (type) {
    case ErrorType.UNAVAILABLE:
    case ErrorType.CANCELLED:
    case ErrorType.NOT_LEADER:
      return new StoreUnavailable('away', away, { cause });
    case ErrorType.TIMEOUT:
    case ErrorType.DEADLINE_EXCEEDED:
      return new StoreUnavailable('deadline', 'The event store did not answer in time.', { cause });
    case ErrorType.ACCESS_DENIED:
      return new AccessDenied(code === status.UNAUTHENTICATED ? 'unauthenticated' : 'forbidden', { cause });
    case ErrorType.STREAM_DELETED:
      return new StreamDeleted('The stream was deleted for good.', { cause });
    default:
      // A channel that was closed because of another call's failure; opened anew for the next.
      return code === status.CANCELLED ? new StoreUnavailable('away', away, { cause }) : cause;
  }
};
