import { statfs } from 'node:fs/promises';

const mib = 1024 * 1024;

/** Scavenging needs room before it frees any, and must not take the last of it: the writer would end for good. */
export const createDiskRoom = (folder: string, bytesLeft: number) => async (bytes: number) => {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes + bytesLeft) return;
  throw new Error(
    `scavenging needs ${inMib(bytes + bytesLeft)} of free disk for ${folder}, and there are ${inMib(free)}: free some`,
  );
};

const inMib = (bytes: number) => `${String(Math.ceil(bytes / mib))} MiB`;
