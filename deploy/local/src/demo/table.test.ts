import { describe, expect, it } from 'vitest';
import { formatTable, width } from './table.ts';

describe('a table', () => {
  it('gives each column the width of its widest cell', () => {
    expect(
      formatTable(
        ['step', 'took'],
        [
          ['Shop orders', '12 ms'],
          ['Map', '1 ms'],
        ],
      ),
    ).toEqual(['step         took', '───────────  ─────', 'Shop orders  12 ms', 'Map          1 ms']);
  });

  it('keeps columns straight beside names in any script', () => {
    const [, , ...lines] = formatTable(
      ['name', 'city'],
      [
        ['佐藤 花子', 'x'],
        ['Ångström', 'x'],
        ['e\u0301', 'x'],
      ],
    );

    expect(lines.map((line) => width(line))).toEqual([12, 12, 12]);
  });
});
