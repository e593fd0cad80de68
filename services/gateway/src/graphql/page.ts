import type { Count, Page, PageRequest } from '@karrio/read-model';
import { GraphQLError } from 'graphql';
import type { BuilderTypes } from './builder.ts';

export const firstDefault = 25;
export const firstMax = 100;
/** Postgres walks past every skipped row; further back a cursor or a filter serves better. */
const offsetMax = 100_000;

type Optional<Value> = Value | null | undefined;
export type PageFilter = Readonly<{
  offset?: Optional<number>;
  first?: Optional<number>;
  after?: Optional<string>;
  before?: Optional<string>;
}>;

/** What every list filter has beside its own fields. */
export const pageFields = (t: PothosSchemaTypes.InputFieldBuilder<BuilderTypes, 'InputObject'>) => ({
  offset: t.int({
    description: 'How many to skip; 0 unless given. Further back a cursor is quicker: after instead.',
  }),
  first: t.int({ description: `How many at most, 1 to ${firstMax}; ${firstDefault} unless given.` }),
  after: t.string({ description: 'Those behind this cursor: of an edge, or an end_cursor.' }),
  before: t.string({
    description: 'Those right before this cursor: of an edge, or a start_cursor. Not with after.',
  }),
});

/** @throws GraphQLError naming the argument that is out of its range. */
export const pageOf = (filter: PageFilter | null | undefined): PageRequest => {
  const { after, before, first, offset } = filter ?? {};
  const request = {
    first: within('first', first ?? firstDefault, 1, firstMax),
    offset: within('offset', offset ?? 0, 0, offsetMax),
  };
  if (!after && !before) return request;
  if (after && before) throw wrong('before', 'cannot be given with after; leave one of them out');
  if (request.offset === 0) return { ...request, after, before };
  throw wrong('offset', 'cannot be given with after or before, which say where the page begins');
};

const within = (field: string, value: number, min: number, max: number): number => {
  if (value >= min && value <= max) return value;
  throw wrong(field, `is ${value}; it must be between ${min} and ${max}`);
};

/** A filter's field that cannot be meant. */
export const wrong = (field: string, message: string): GraphQLError =>
  new GraphQLError(`filter.${field} ${message}.`, {
    extensions: { code: 'validation', status_code: 400, validation: { [field]: [message] } },
  });

export type Edge<Row> = Readonly<{ node: Row; cursor: string }>;
export type Connection<Row> = Readonly<{ pageInfo: PageInfo; edges: readonly Edge<Row>[] }>;
export type PageInfo = Readonly<{
  /** Once, however many fields ask. */
  count: () => Promise<Count>;
  hasNext: () => Promise<boolean>;
  hasPrevious: () => Promise<boolean>;
  startCursor: string | null;
  endCursor: string | null;
}>;

export const connectionOf = <Row>({
  rows,
  cursors,
  count,
  hasNext,
  hasPrevious,
}: Page<Row>): Connection<Row> => {
  const edges = rows.map((node, at) => ({ node, cursor: cursors[at] ?? '' }));
  let counted: Promise<Count> | undefined;
  return {
    edges,
    pageInfo: {
      count: () => (counted ??= count()),
      hasNext,
      hasPrevious,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
};
