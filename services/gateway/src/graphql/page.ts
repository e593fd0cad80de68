import type { Page, PageRequest } from '@karrio/read-model';
import { GraphQLError } from 'graphql';

export const firstDefault = 25;
export const firstMax = 100;
/** Postgres walks past every skipped row; further back a filter serves better. */
const offsetMax = 100_000;

export type PageFilter = Readonly<{ offset?: number | null | undefined; first?: number | null | undefined }>;

/** @throws GraphQLError naming the argument that is out of its range. */
export const pageOf = (filter: PageFilter | null | undefined): PageRequest => ({
  first: within('first', filter?.first ?? firstDefault, 1, firstMax),
  offset: within('offset', filter?.offset ?? 0, 0, offsetMax),
});

const within = (field: string, value: number, min: number, max: number): number => {
  if (value >= min && value <= max) return value;
  throw new GraphQLError(`filter.${field} is ${value}; it must be between ${min} and ${max}.`, {
    extensions: { code: 'validation', validation: { [field]: [`must be between ${min} and ${max}`] } },
  });
};

export type Edge<Row> = Readonly<{ node: Row; cursor: string }>;
export type Connection<Row> = Readonly<{ pageInfo: PageInfo; edges: readonly Edge<Row>[] }>;
export type PageInfo = Readonly<{
  count: () => Promise<number>;
  hasNextPage: boolean;
  hasPreviousPage: () => Promise<boolean>;
  startCursor: string | null;
  endCursor: string | null;
}>;

export const connectionOf = <Row extends Readonly<{ id: string }>>(
  { rows, hasNext, count }: Page<Row>,
  { offset }: PageRequest,
): Connection<Row> => {
  const edges = rows.map((node) => ({ node, cursor: Buffer.from(node.id).toString('base64') }));
  return {
    edges,
    pageInfo: {
      count,
      hasNextPage: hasNext,
      // Beyond the end of an empty list there is no page before either.
      hasPreviousPage: async () => offset > 0 && (rows.length > 0 || (await count()) > 0),
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
};
