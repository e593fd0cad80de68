import { describe, expect, it } from 'vitest';
import { parametersOf } from './parameters.ts';

const json = 'application/json; charset=utf-8';

describe('a webhook’s body', () => {
  it.each([
    [json, '{"id":1}', { id: 1 }],
    [json, '[1,"a"]', [1, 'a']],
    ['application/vnd.shop+json', '{"a":null}', { a: null }],
    [undefined, '{"a":1}', { a: 1 }],
    ['application/x-www-form-urlencoded', 'a=1&b=x+y&b=%C3%A9', { a: '1', b: ['x y', 'é'] }],
    ['text/plain', 'hello', 'hello'],
    ['text/xml', '<a/>', '<a/>'],
    [json, '', {}],
    [undefined, ' \n', {}],
  ])('of type %s and text %j becomes the parameters', (contentType, body, parameters) => {
    expect(parametersOf(contentType, body)).toEqual({ parameters });
  });

  it.each([
    ['{"a":}', 'position 5'],
    ['{"a":1', 'position 6'],
    ['{"id":1} x', 'position 9'],
  ])('that is the malformed JSON %j is refused, naming the place', (body, place) => {
    expect(parametersOf(json, body)).toEqual({
      problem: { code: 'malformed_body', message: expect.stringContaining(place) },
    });
  });

  it('that nests too deep is refused, so that no reader’s stack overflows', () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    expect(parametersOf(json, deep)).toEqual({
      problem: { code: 'malformed_body', message: expect.stringContaining('deeper than 200') },
    });
  });

  it('keeps a member named __proto__ as data', () => {
    const { parameters } = { parameters: undefined, ...parametersOf(json, '{"__proto__":{"admin":true}}') };
    expect(JSON.stringify(parameters)).toBe('{"__proto__":{"admin":true}}');
  });
});
