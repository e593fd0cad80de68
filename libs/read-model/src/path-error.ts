import type { Page } from './page.ts';

/** A filter's SQL/JSON path that Postgres does not take. Its message says why, in Postgres' words. */
export class PathError extends Error {
  override readonly name = 'PathError';
}

/** Reads by a path that a client gave: what is wrong with it shows at once, or not before a later row. */
export const blaming = (path: string | null | undefined) => {
  const blamed = async <Value>(read: () => Promise<Value>): Promise<Value> => {
    try {
      return await read();
    } catch (error) {
      throw path && isOfPath(error) ? new PathError(error.message, { cause: error }) : error;
    }
  };
  const blamedPage = <Row>({ hasNext, hasPrevious, count, ...page }: Page<Row>): Page<Row> => ({
    ...page,
    hasNext: () => blamed(hasNext),
    hasPrevious: () => blamed(hasPrevious),
    count: () => blamed(count),
  });
  return { blamed, blamedPage };
};

/** SQLSTATEs that blame a value (class 22, of which one is NUL), its syntax, a feature or a limit. */
const codes = /^(?:22(?!021)|42601|42704|0A|54)/;

const isOfPath = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && codes.test(String(error.code));
