export type StopReason = 'SIGTERM' | 'SIGINT' | 'parent gone';

/**
 * Resolves when somebody wants this process to end. A process that was started with an IPC channel also ends
 * when that closes, so that it does not outlive a launcher that was killed.
 */
export const stopRequest = (): Promise<StopReason> => {
  const { promise, resolve } = Promise.withResolvers<StopReason>();
  // Kept after the first: a second signal must not cut the orderly stop short.
  process.on('SIGTERM', () => resolve('SIGTERM'));
  process.on('SIGINT', () => resolve('SIGINT'));
  if (process.send === undefined) return promise;
  process.on('disconnect', () => resolve('parent gone'));
  // The channel may have closed while the service's modules were loading.
  if (!process.connected) resolve('parent gone');
  return promise;
};
