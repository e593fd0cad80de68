let flush = () => Promise.resolve();

/** Called by the tracing set-up alone: how the spans that are still buffered leave this process. It must not reject. */
export const flushWith = (send: () => Promise<void>) => {
  flush = send;
};

/** Sends the spans that are still buffered; does nothing when tracing is off. Never rejects. */
export const flushTraces = (): Promise<void> => flush();
