import { buildSchema, execute, GraphQLError, parse, validate, type ExecutionResult } from 'graphql';
import { describe, expect, it } from 'vitest';
import { unquoted } from './without-values.ts';

const schema = buildSchema(`
  enum Kind { one two }
  input Inner { secret: String! kind: Kind on: Boolean }
  input Input { name: String port: Int list: [Inner!] inner: Inner }
  type Query { f(input: Input): String }
`);

/** GraphQL's own messages for a query with this variable, or with this literal. */
const messagesOf = (variable: unknown): readonly string[] => {
  const document = parse('query ($input: Input) { f(input: $input) }');
  const result = execute({ schema, document, variableValues: { input: variable } });
  if (result instanceof Promise) throw new Error('async');
  const { errors }: ExecutionResult = result;
  return (errors ?? []).map(({ message }) => message);
};

const literalMessages = (literal: string): readonly string[] => {
  try {
    return validate(schema, parse(`{ f(input: ${literal}) }`)).map(({ message }) => message);
  } catch (error) {
    return error instanceof GraphQLError ? [error.message] : [];
  }
};

const casesWith = (secret: string): readonly (readonly [string, unknown, string])[] => [
  ['an unknown field beside it', { name: secret, nmae: 'x' }, 'Field "nmae" is not defined'],
  ['a missing field beside it', { inner: { on: true }, name: secret }, 'of required type'],
  ['its own type', { name: { secret } }, 'String cannot represent a non string value.'],
  ['a number where it is none', { port: secret }, 'Int cannot represent non-integer value.'],
  ['an enum where it is none', { inner: { secret: 'a', kind: secret } }, 'does not exist in "Kind" enum'],
  [
    'a boolean where it is none',
    { inner: { secret: 'a', on: secret } },
    'Boolean cannot represent a non boolean',
  ],
  ['an object where it is none', { inner: secret }, 'Expected type "Inner" to be an object.'],
  ['a whole input that it is not', secret, 'Expected type "Input" to be an object.'],
  [
    'null in a list beside it',
    { name: secret, list: [null] },
    'Expected non-nullable type "Inner!" not to be null.',
  ],
];

describe('a complaint about a variable', () => {
  it.each(casesWith('hunter2'))('keeps what is wrong, but not a secret: %s', (_, variable, kept) => {
    const messages = messagesOf(variable);
    expect(messages.length).toBeGreaterThan(0);
    for (const message of messages) {
      expect(unquoted(message)).not.toContain('hunter2');
      expect(unquoted(message)).toContain(kept);
    }
  });

  it.each(casesWith('a at "x"; Field "hunter2" of required; Value "hunter2'))(
    'keeps no secret that reads like a complaint: %s',
    (_, variable) => {
      for (const message of messagesOf(variable)) expect(unquoted(message)).not.toContain('hunter2');
    },
  );

  it('keeps the path', () => {
    expect(messagesOf({ inner: { secret: 'a', on: 'hunter2' } }).map(unquoted)).toEqual([
      'Variable "$input" got an invalid value at "input.inner.on"; Boolean cannot represent a non boolean value.',
    ]);
  });
});

it.each([
  '{ port: "hunter2" }',
  '{ name: 1234567 }',
  '{ inner: "hunter2" }',
  '{ inner: { secret: "a", kind: hunter2 } }',
  '{ inner: { secret: "a", on: "hunter2" } }',
  '{ name: "a" "hunter2" }',
])('a complaint about the literal %s does not repeat it', (literal) => {
  const messages = literalMessages(literal);
  expect(messages.length).toBeGreaterThan(0);
  for (const message of messages.map(unquoted)) expect(message).not.toMatch(/hunter2|1234567/);
});

it('leaves every other message alone', () => {
  const message = 'Cannot query field "workflw" on type "Query". Did you mean "workflow"?';
  expect(unquoted(message)).toBe(message);
});
