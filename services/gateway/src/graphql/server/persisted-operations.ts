import { readFile } from 'node:fs/promises';
import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import type { Plugin } from 'graphql-yoga';
import { z } from 'zod';

const Documents = z.record(z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex'), z.string());
export type PersistedOperations = Readonly<Record<string, string>>;

/** @throws Error naming the file where it is not what it should be */
export const readPersistedOperations = async (file: string): Promise<PersistedOperations> => {
  if (file === '') return {};
  const parsed = Documents.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(`PERSISTED_OPERATIONS_FILE ${file}: ${z.prettifyError(parsed.error)}`);
};

const refused = (message: string) => ({ message, extensions: { code: 'validation', status_code: 400 } });

/** A client may send a document's SHA-256 in extensions.persistedQuery instead of the document. */
export const persistedOperations = (documents: PersistedOperations, isOnly: boolean): Plugin =>
  usePersistedOperations({
    getPersistedOperation: (hash) => documents[hash] ?? null,
    allowArbitraryOperations: !isOnly,
    customErrors: {
      notFound: refused(
        'No document is known by this hash; send the document itself, or add it to the known ones.',
      ),
      keyNotFound: refused('Send a document as query, or the hash of a known one.'),
      persistedQueryOnly: refused('Only known documents are taken here: send the hash of one.'),
    },
  });
