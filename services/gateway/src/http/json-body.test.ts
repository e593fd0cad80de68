import { describe, expect, it } from 'vitest';
import { jsonBodyOf } from './json-body.ts';

const read = (type: string | undefined, body: string | null) => {
  const given = jsonBodyOf({ headers: { 'content-type': type }, body });
  return 'problem' in given ? given.problem.code : given.value;
};

describe('a body', () => {
  it.each([
    ['application/json; charset=utf-8', '{"a":1}', { a: 1 }],
    ['application/merge-patch+json', '[]', []],
    ['application/x-www-form-urlencoded', '{"a":1}', { a: 1 }],
    [undefined, '1', 1],
    ['application/json', '{"a":', 'malformed_body'],
    [undefined, null, 'malformed_body'],
    ['text/plain', ' {"a":', 'malformed_body'],
    ['application/x-www-form-urlencoded', 'a=1', 'unsupported_body'],
    ['application/xml', '{"a":1}', 'unsupported_body'],
    ['multipart/form-data; boundary=x', '--x', 'unsupported_body'],
  ])('that came as %s: %s is %j', (type, body, outcome) => {
    expect(read(type, body)).toEqual(outcome);
  });
});
