import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from './redact.ts';

const secret = 'hunter2-ä "quoted"/+&<x>';
const redactor = createRedactor([secret]);

describe('what holds a secret', () => {
  it.each([
    ['as it is', secret],
    ['in JSON', JSON.stringify({ a: secret })],
    ['in JSON that escapes slashes', JSON.stringify(secret).replaceAll('/', '\\/')],
    ['in JSON that keeps to ASCII', JSON.stringify(secret).replace('ä', '\\u00e4')],
    ['in a query', new URLSearchParams({ q: secret }).toString()],
    ['in a path', `https://h/${encodeURIComponent(secret)}/x`],
    ['in a path, in lower case', encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase())],
    ['in a URL that was parsed', new URL(`https://h/?q=${secret.replaceAll('&', '%26')}`).href],
    ['in XML', secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64 of a URL', Buffer.from(secret).toString('base64url')],
    ['in Basic authentication', `Basic ${Buffer.from(`ann:${secret}`).toString('base64')}`],
  ])('is masked %s', (_, text) => {
    const hidden = redactor.text(`before ${text} after`);
    expect(hidden).toContain('***');
    expect(hidden).not.toContain('hunter2');
    expect(hidden).not.toContain(Buffer.from(secret).toString('base64').slice(4, 20));
    expect(hidden).toMatch(/^before .*after$/);
  });

  it('is masked in members, their names, numbers and headers', () => {
    const { json, headers } = createRedactor(['12345678', 'hunter2-secret']);
    expect(json({ a: ['x hunter2-secret'], 'hunter2-secret': 12_345_678, n: 1_234_567 })).toEqual({
      a: ['x ***'],
      '***': '***',
      n: 1_234_567,
    });
    expect(headers({ 'x-echo': 'hunter2-secret' })).toEqual({ 'x-echo': '***' });
  });

  it('is masked as the whole where another is a part of it', () => {
    expect(createRedactor(['hunter2-secret', 'hunter2-secret-longer']).text('hunter2-secret-longer')).toBe(
      '***',
    );
  });

  it('is masked where it stands alone when it is short, so that numbers stay whole', () => {
    const { text } = createRedactor(['1234']);
    expect(text('pin=1234&order=912345')).toBe('pin=***&order=912345');
    expect(createRedactor(['abc', '']).text('abc')).toBe('abc');
  });

  it('never tells a part of itself in a failure', () => {
    const { failure } = createRedactor(['a-very-long-secret-of-somebody']);
    const cut =
      'header_template, line 1, column 9 of what it rendered: not JSON. Near: {"a": a-very-long-secre';
    expect(
      failure({ code: 'invalid-json', message: cut, details: { line: 1, excerpt: 'a-very-lon' } }),
    ).toEqual({
      code: 'invalid-json',
      message:
        'header_template, line 1, column 9 of what it rendered: The reason is not shown, since part of a secret is in it.',
    });
    const plain = { code: 'x', message: 'a-very-long-secret-of-somebody failed', details: { n: 1 } };
    expect(failure(plain)).toEqual({ code: 'x', message: '*** failed', details: { n: 1 } });
  });
});

const letters = fc.constantFrom(...Array.from('aZ09+/=&%"\\<>\'#?._- äß€\n\u0001'), '😀');
const secrets = fc
  .string({ unit: letters, minLength: 8, maxLength: 40 })
  .filter((text) => text.trim().length >= 8);
const around = fc.string({ unit: letters, maxLength: 20 });

/** A mask may swallow the escape of what stands before it. */
const readable = (text: string): string => {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
};

it('no encoding of any secret in any text is left', () => {
  const encodings: readonly ((text: string) => string)[] = [
    (text) => text,
    (text) => JSON.stringify(text),
    encodeURIComponent,
    (text) => new URLSearchParams([['a', text]]).toString(),
    (text) => Buffer.from(text).toString('base64'),
    (text) => Buffer.from(text).toString('base64url'),
  ];
  const decodings: readonly ((text: string) => string)[] = [
    (text) => text,
    readable,
    (text) => decodeURIComponent(text),
    (text) => new URLSearchParams(text).get('a') ?? '',
    (text) => Buffer.from(text.replaceAll('*', ''), 'base64').toString(),
    (text) => Buffer.from(text.replaceAll('*', ''), 'base64url').toString(),
  ];
  fc.assert(
    fc.property(secrets, around, around, fc.nat(encodings.length - 1), (held, before, after, which) => {
      const encode = encodings[which] ?? String;
      const decode = decodings[which] ?? String;
      const hidden = createRedactor([held]).text(encode(`${before}${held}${after}`));
      // A text around it may hold it again, by chance.
      fc.pre(!`${before}${after}`.includes(held));
      expect(decode(hidden)).not.toContain(held);
    }),
    { numRuns: 300 },
  );
});

it('leaves texts alone that do not hold it', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      expect(createRedactor(['ZZZZ-secret-ZZZZ']).text(text)).toBe(text);
    }),
  );
});
