import { describe, expect, it } from 'vitest';
import { waitMsOf } from './wait.ts';

describe('wait', () => {
  it.each([
    [undefined, undefined],
    ['10s', 10_000],
    ['500ms', 500],
    ['60s', 60_000],
    ['60000ms', 60_000],
  ])('reads %j as %s ms', (wait, ms) => {
    expect(waitMsOf(wait)).toEqual({ ms });
  });

  it.each([
    '',
    '10',
    's',
    '-1s',
    '1.5s',
    '61s',
    '60001ms',
    '0s',
    '0ms',
    '10m',
    '10S',
    ' 10s',
    '1e3ms',
    ['1s', '2s'],
  ])('refuses %j and names the parameter', (wait) => {
    expect(waitMsOf(wait)).toEqual({
      problem: { code: 'validation', message: expect.stringContaining('The query parameter wait') },
    });
  });
});
