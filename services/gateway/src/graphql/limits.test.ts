import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { limitsRule, type Limits } from './limits.ts';

const schema = buildSchema(`
  type Query { workflows(filter: Filter): Workflow!  next: Query  id: ID }
  input Filter { first: Int }
  type Workflow { id: ID  events(filter: Filter): Workflow }
`);

const errorsOf = (query: string, limits: Partial<Limits> = {}) =>
  validate(schema, parse(query), [
    limitsRule({ depthMax: 4, costMax: 1_000, rootFieldsMax: 3, ...limits }),
  ]).map(({ message }) => message);

describe('the limits of a query', () => {
  it('let an ordinary query pass', () => {
    expect(errorsOf('{ workflows(filter: { first: 20 }) { id events { id } } }')).toEqual([]);
  });

  it('stop what nests too deep, also through fragments', () => {
    const query = '{ next { ...more } } fragment more on Query { next { next { next { id } } } }';
    expect(errorsOf(query)).toEqual([expect.stringMatching(/depth is 5, at most 4 .* query of its own/)]);
  });

  it('stop lists of lists by the number of values they could hold', () => {
    const query = '{ workflows(filter: { first: 100 }) { events(filter: { first: 100 }) { id } } }';
    expect(errorsOf(query)).toEqual([expect.stringMatching(/cost is 10101, at most 1000 .* first/)]);
  });

  it('count a page whose size is in a variable as the largest one', () => {
    const query = 'query q($f: Filter) { workflows(filter: $f) { events(filter: $f) { id } } }';
    expect(errorsOf(query)).toEqual([expect.stringContaining('cost is 10101')]);
  });

  it('stop the same field asked for many times under other names', () => {
    expect(errorsOf('{ a: id b: id c: id d: id }')).toEqual([
      expect.stringContaining('top-level fields is 4'),
    ]);
  });

  it('leave introspection to its own rules', () => {
    expect(errorsOf('{ __schema { types { fields { type { ofType { ofType { name } } } } } } }')).toEqual([]);
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
