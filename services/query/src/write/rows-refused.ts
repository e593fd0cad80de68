import pg from 'pg';

/** These rows can never be written, however often it is tried: something in an event is not as it should be. */
export class RowsRefused extends Error {
  override readonly name = 'RowsRefused';
}

/**
 * The classes of SQLSTATE that blame the values: data exception, integrity constraint violation, program
 * limit exceeded. All others (connection, resources, shutdown, a schema that does not fit) may pass.
 */
const refusals: ReadonlySet<string> = new Set(['22', '23', '54']);

export const isRefusal = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && refusals.has(error.code?.slice(0, 2) ?? '');
