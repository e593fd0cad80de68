/**
 * By how much all slots of a trigger come later (ms), 0 to `jitterMs`: the same whoever asks, and spread over the
 * triggers (FNV-1a of the id).
 */
export const offsetOf = (triggerId: string, jitterMs: number): number => {
  if (jitterMs === 0) return 0;
  let hash = 0x811c9dc5;
  for (let index = 0; index < triggerId.length; index++) {
    hash = Math.imul(hash ^ triggerId.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % (jitterMs + 1);
};
