import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A new folder, removed on disposal. */
export const temporaryFolder = () => mkdtempDisposable(join(tmpdir(), 'karrio-'));

/** Shared with `npm start`, so that nats-server is fetched once. */
export const toolsDir = resolve(import.meta.dirname, '../../../.data/tools');
