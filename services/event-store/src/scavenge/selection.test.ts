import { describe, expect, it } from 'vitest';
import { createSelection } from './selection.ts';

const stream = 3;
const cut = { hiddenBelow: 2, expiredBelow: 9, expiredBeforeMs: 1000 };
const select = () => createSelection(new Map([[stream, { cut, hiddenTo: 20, expiredTo: 90 }]]));

describe('a selection', () => {
  it('takes what is hidden whatever its age, and what is old enough of the rest', () => {
    const { goes } = select();
    expect([goes(stream, 10, 5000), goes(stream, 30, 999), goes(stream, 40, 1000)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('takes nothing behind an event that stays, where a clock went back', () => {
    const { goes } = select();
    expect([goes(stream, 30, 2000), goes(stream, 40, 500)]).toEqual([false, false]);
  });

  it('takes nothing behind its end, and nothing of other streams', () => {
    const { goes, mayGo } = select();
    expect([goes(stream, 90, 1), goes(4, 10, 1)]).toEqual([false, false]);
    expect([mayGo(stream, 89), mayGo(stream, 90), mayGo(4, 10)]).toEqual([true, false, false]);
  });
});
