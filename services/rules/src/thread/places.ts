/** So many at once; who finds none free waits, in the order of asking. */
export const createPlaces = (placesMax: number) => {
  const waiting = new Set<() => void>();
  let free = placesMax;
  const leave = () => {
    const [next] = waiting;
    if (next) next();
    else free++;
  };
  return {
    /** @throws the signal's reason once it aborts */
    take: async (signal: AbortSignal): Promise<Disposable> => {
      signal.throwIfAborted();
      if (free > 0) free--;
      else await turn(waiting, signal);
      return { [Symbol.dispose]: leave };
    },
  };
};

const turn = async (waiting: Set<() => void>, signal: AbortSignal): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = () => reject(signal.reason);
  const next = () => {
    waiting.delete(next);
    resolve();
  };
  waiting.add(next);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await promise;
  } finally {
    waiting.delete(next);
    signal.removeEventListener('abort', abort);
  }
};
