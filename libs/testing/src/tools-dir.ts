import { resolve } from 'node:path';

/** Shared with `npm start`, so that what is fetched is fetched once. */
export const toolsDir = resolve(import.meta.dirname, '../../../.data/tools');
