import { describe, expect, it } from 'vitest';
import { parseBody } from './parse-body.ts';

const parsed = (contentType: string | undefined, body: string | Buffer) =>
  parseBody(contentType === undefined ? {} : { 'content-type': contentType }, Buffer.from(body));

describe('an answer’s body', () => {
  it.each([
    ['application/json', '{"a": 1}', { a: 1 }],
    ['application/json; charset=utf-8', '[1]', [1]],
    ['Application/Problem+JSON', '{"a": 1}', { a: 1 }],
    ['application/vnd.api+json', 'null', null],
    ['text/json', '1', 1],
    ['application/x-www-form-urlencoded', 'a=1&b=x+y&b=z', { a: '1', b: ['x y', 'z'] }],
    ['text/plain', '{"a": 1}', '{"a": 1}'],
    ['text/html', '<a/>', '<a/>'],
    ['text/xml', '<a/>', { a: '' }],
    ['application/soap+xml', '<a x="1"><b>2</b></a>', { a: { '@x': '1', b: '2' } }],
    [undefined, ' {"a": 1}', { a: 1 }],
    [undefined, '{not json', '{not json'],
    [undefined, 'plain', 'plain'],
    ['application/json', '', null],
    ['application/json', '\uFEFF{"a": 1}', { a: 1 }],
  ])('of type %s is read as what it is: %s', (contentType, body, value) => {
    expect(parsed(contentType, body)).toEqual({ value });
  });

  it('is decoded by its charset', () => {
    expect(parsed('text/plain; charset="iso-8859-1"', Buffer.from([0xe4]))).toEqual({ value: 'ä' });
    expect(parsed('text/plain; charset=unheard-of', 'ä')).toEqual({ value: 'ä' });
  });

  it('is base64 where it is no text', () => {
    expect(parsed('image/png', Buffer.from([0xff, 0xd8, 0x00]))).toEqual({ value: '/9gA' });
  });

  it('that is not the JSON it says it is, is shown', () => {
    expect(parsed('application/json', '<html>Bad gateway</html>')).toEqual({
      problem: 'The answer says application/json but is not JSON.',
      text: '<html>Bad gateway</html>',
    });
  });
});
