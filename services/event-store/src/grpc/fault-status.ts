import { MalformedMessage } from '@karrio/protobuf';
import { statusCode, type Status } from './status.ts';

/** What a fault inside a call looks like from outside. */
export const faultStatus = (error: unknown): Status =>
  error instanceof MalformedMessage
    ? { code: statusCode.invalidArgument, message: error.message }
    : { code: statusCode.internal, message: error instanceof Error ? error.message : String(error) };
