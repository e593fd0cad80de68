import { batchErrorFrame, readBatchChunk, readBatchOptions } from '../grpc/batch-append-codec.ts';
import type { Call } from '../grpc/call.ts';
import type { RequestHandler } from '../grpc/method.ts';
import { createReplyQueue } from '../grpc/reply-queue.ts';
import { batchErrors } from '../grpc/write-errors.ts';

/**
 * Every append of the call is refused by itself, at its first chunk. Ending the call would do as well, but there
 * the official client fails the appends of all its instances in the process, those of other users too.
 */
export const denyBatchAppend = (call: Call): RequestHandler => {
  const replies = createReplyQueue(call);
  return {
    message: (bytes) => {
      const { correlation, options } = readBatchChunk(bytes);
      if (!options) return;
      replies.add(batchErrorFrame(correlation, readBatchOptions(options).stream, batchErrors.accessDenied()));
    },
    end: () => {
      replies.end();
    },
  };
};
