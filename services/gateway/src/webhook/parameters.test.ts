import { describe, expect, it } from 'vitest';
import { parametersOf } from './parameters.ts';

const json = 'application/json; charset=utf-8';
const read = (contentType: string | undefined, body: string | Buffer) =>
  parametersOf(contentType, Buffer.from(body));

describe('a webhook’s body', () => {
  it.each([
    [json, '{"id":1}', { id: 1 }],
    [json, '[1,"a"]', [1, 'a']],
    ['application/vnd.shop+json', '{"a":null}', { a: null }],
    ['text/json', '{"a":1}', { a: 1 }],
    [undefined, '{"a":1}', { a: 1 }],
    ['application/octet-stream', '{"a":1}', { a: 1 }],
    ['application/x-www-form-urlencoded', 'a=1&b=x+y&b=%C3%A9', { a: '1', b: ['x y', 'é'] }],
    ['text/plain', 'hello', 'hello'],
    ['text/csv; charset=utf-8', 'a,b', 'a,b'],
    [
      'application/xml',
      '<order id="7"><sku>a</sku><sku>b</sku></order>',
      { order: { '@id': '7', sku: ['a', 'b'] } },
    ],
    ['text/xml', '<a/>', { a: '' }],
    ['application/soap+xml', '<a>x</a>', { a: 'x' }],
    [json, '', {}],
    [undefined, ' \n', {}],
  ])('of type %s and text %j becomes the parameters', (contentType, body, parameters) => {
    expect(read(contentType, body)).toEqual({ parameters });
  });

  it('is read in the character set that it says', () => {
    const latin = Buffer.from('{"city":"Zürich"}', 'latin1');
    expect(read('application/json; charset=ISO-8859-1', latin)).toEqual({ parameters: { city: 'Zürich' } });
    const utf16 = Buffer.from('\ufeff{"a":1}', 'utf16le');
    expect(read('application/json', utf16)).toEqual({ parameters: { a: 1 } });
  });

  it.each([
    ['{"a":}', 'position 5'],
    ['{"a":1', 'position 6'],
    ['{"id":1} x', 'position 9'],
  ])('that is the malformed JSON %j is refused, naming the place', (body, place) => {
    expect(read(json, body)).toEqual({
      problem: { code: 'malformed_body', message: expect.stringContaining(place) },
    });
  });

  it('that is malformed XML is refused, naming the place', () => {
    expect(read('text/xml', '<a>\n<b></a>')).toEqual({
      problem: {
        code: 'malformed_body',
        message: expect.stringMatching(/not valid XML: line 2[^.]*[^.]\.$/),
      },
    });
  });

  it.each([
    ['multipart/form-data; boundary=x', '--x\r\n', 'is multipart/form-data'],
    ['application/pdf', '%PDF-1.7', 'no JSON'],
    ['image/png', Buffer.from([0x89, 0x50, 0xff, 0xfe, 0xfd]), 'no text'],
  ])('of type %s is refused, saying what is taken', (contentType, body, why) => {
    expect(read(contentType, body)).toEqual({
      problem: { code: 'unsupported_body', message: expect.stringMatching(new RegExp(`${why}.*send JSON`)) },
    });
  });

  it('that nests too deep is refused, so that no reader’s stack overflows', () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    expect(read(json, deep)).toEqual({
      problem: { code: 'malformed_body', message: expect.stringContaining('deeper than 200') },
    });
  });

  it('keeps a member named __proto__ as data', () => {
    const { parameters } = { parameters: undefined, ...read(json, '{"__proto__":{"admin":true}}') };
    expect(JSON.stringify(parameters)).toBe('{"__proto__":{"admin":true}}');
  });
});
