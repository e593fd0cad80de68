import { originalStreamOf } from './stream-metadata.ts';
import type { WriteRequest } from './write-request.ts';

/** Why nobody may do this, whoever it is; undefined for everything else. */
export const deniedChange = ({ stream, change }: Pick<WriteRequest, 'stream' | 'change'>) => {
  if (stream === '$all') return '$all is what all streams hold together: write to one of them';
  if (change.kind === 'append' || originalStreamOf(stream) === undefined) return undefined;
  return `${stream} holds the metadata of a stream and goes with it: delete that one, or write empty metadata`;
};
