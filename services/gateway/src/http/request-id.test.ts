import { describe, expect, it } from 'vitest';
import { requestIdOf } from './request-id.ts';

describe('a request id', () => {
  it('is the caller’s own where it is well-formed', () => {
    expect(requestIdOf('order.42_A-b')).toBe('order.42_A-b');
  });

  it.each([undefined, '', 'two words', 'a'.repeat(201), 'line\nbreak', ['a', 'b']])(
    'is made anew instead of %j',
    (header) => {
      expect(requestIdOf(header)).toMatch(/^req_[0-9a-f]{32}$/);
    },
  );
});
