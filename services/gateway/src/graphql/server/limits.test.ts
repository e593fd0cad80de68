import { buildSchema, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { limitErrors, type Limits } from './limits.ts';

const schema = buildSchema(`
  type Query { workflows(filter: Filter): WorkflowTypeConnection!  next: Query  id: ID }
  input Filter { first: Int }
  type WorkflowTypeConnection { edges: [Edge!]! }
  type Edge { node: Workflow! }
  type Workflow { id: ID  events(filter: Filter): WorkflowTypeConnection!  actions: [Workflow!]! }
`);

const errorsOf = (
  query: string,
  limits: Partial<Limits> = {},
  variableValues: Record<string, unknown> = {},
) =>
  limitErrors(
    { schema, document: parse(query, { noLocation: true }), variableValues },
    { depthMax: 8, costMax: 1_000, rootFieldsMax: 3, ...limits },
  ).map(({ message }) => message);

const nested = (first: string) =>
  `query q($f: Filter, $n: Int = 20) { workflows(filter: ${first}) { edges { node { id events(filter: ${first}) { edges { node { id } } } } } } }`;

describe('the limits of a query', () => {
  it('let an ordinary query pass', () => {
    expect(errorsOf('{ workflows(filter: { first: 20 }) { edges { node { id actions { id } } } } }')).toEqual(
      [],
    );
  });

  it('stop what nests too deep, also through fragments', () => {
    const query = '{ next { ...more } } fragment more on Query { next { next { next { id } } } }';
    expect(errorsOf(query, { depthMax: 4 })).toEqual([
      expect.stringMatching(/depth is 5, at most 4 .* query of its own/),
    ]);
  });

  it('stop lists of lists by the number of values they could hold', () => {
    expect(errorsOf(nested('{ first: 100 }'))).toEqual([
      expect.stringMatching(/cost is \d{5}, at most 1000 .* first/),
    ]);
    expect(errorsOf(nested('{ first: 3 }'))).toEqual([]);
    const listed =
      '{ workflows(filter: { first: 20 }) { edges { node { actions { actions { actions { id } } } } } } }';
    expect(errorsOf(listed)).toEqual([expect.stringContaining('cost is')]);
  });

  it('count a page by the size that its variables give', () => {
    expect(errorsOf(nested('$f'), {}, { f: { first: 3 } })).toEqual([]);
    expect(errorsOf(nested('$f'), {}, { f: { first: 100 } })).toHaveLength(1);
    expect(errorsOf(nested('{ first: $n }'), {}, { n: 3 })).toEqual([]);
    expect(errorsOf(nested('{ first: $n }'))).toHaveLength(1);
    expect(errorsOf(nested('$f'))).toHaveLength(1);
  });

  it('count no page for less than one', () => {
    expect(errorsOf(nested('{ first: -100 }'), { costMax: 4 })).toHaveLength(1);
  });

  it('stop the same field asked for many times under other names', () => {
    expect(errorsOf('{ a: id b: id c: id d: id }')).toEqual([
      expect.stringContaining('top-level fields is 4'),
    ]);
  });

  it('leave introspection to its own rules', () => {
    const query = '{ __schema { types { fields { type { ofType { ofType { name } } } } } } }';
    expect(errorsOf(query, { depthMax: 4 })).toEqual([]);
  });

  it('measure fragments that double each other without doubling the work', () => {
    const doubling = Array.from(
      { length: 60 },
      (_, n) => `fragment f${n} on Query { ...f${n + 1} ...f${n + 1} }`,
    );
    const query = `{ ...f0 } ${doubling.join(' ')} fragment f60 on Query { id }`;
    expect(errorsOf(query)).toEqual(expect.arrayContaining([expect.stringContaining('cost is')]));
  });

  it('end on fragments that name each other', () => {
    expect(errorsOf('{ ...a } fragment a on Query { ...b } fragment b on Query { ...a id }')).toEqual([]);
  });
});
