import type { Call } from './call.ts';
import { grpcFrame } from './framing.ts';
import { statusCode } from './status.ts';

/** What a call does with what its client sends. */
export type RequestHandler = Readonly<{
  message: (bytes: Buffer) => void;
  /** The client has sent everything. */
  end?: () => void;
  /** How much it keeps of what it was given; without it, everything. */
  heldBytes?: () => number;
  /** Whether the client owes it the rest of something; without it, until the client has sent everything. */
  isPartial?: () => boolean;
}>;

export type Method = (call: Call) => RequestHandler;

/** Exactly one message in; `answer` ends the call, then or later. */
export const singleRequest =
  (answer: (request: Buffer, call: Call) => void): Method =>
  (call) => {
    let request: Buffer | undefined;
    return {
      message: (bytes) => {
        request ??= bytes;
      },
      end: () => {
        if (request) answer(request, call);
        else call.end({ code: statusCode.invalidArgument, message: 'the call carried no message' });
      },
    };
  };

export const endWith = (call: Call, reply: Uint8Array) => {
  call.write(grpcFrame(reply));
  call.end();
};
