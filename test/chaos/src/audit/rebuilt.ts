import { violationsOf, type Check, type Rows, type Violation } from './evidence.ts';

const violation = violationsOf('read models equal a rebuild from zero');

const shownMax = 300;

/** Only what Postgres refused stands there, which is a flaw in itself. */
const refusals = 'parked_event';

/** Row for row, in all tables of either; none is empty, since that would compare nothing. */
export const checkRebuilt: Check = ({ readModels, rebuilt }) => [
  ...differences(readModels, rebuilt),
  ...[...readModels].flatMap(([table, rows]) => {
    if (table === refusals)
      return rows.map((row) => violation(table, `Postgres refused ${row.slice(0, shownMax)}`));
    return rows.length > 0 ? [] : [violation(table, 'is empty: nothing was compared')];
  }),
];

const differences = (readModels: Rows, rebuilt: Rows): readonly Violation[] =>
  [...new Set([...readModels.keys(), ...rebuilt.keys()])].flatMap((table) => {
    const live = readModels.get(table);
    const fresh = rebuilt.get(table);
    if (!live || !fresh) return [violation(table, `is only in the ${live ? 'read models' : 'rebuild'}`)];
    return [
      ...extra(table, live, fresh, 'only the read models have'),
      ...extra(table, fresh, live, 'only the rebuild has'),
    ];
  });

const extra = (
  table: string,
  rows: readonly string[],
  others: readonly string[],
  what: string,
): readonly Violation[] => {
  const left = new Map<string, number>();
  for (const row of others) left.set(row, (left.get(row) ?? 0) + 1);
  return rows.flatMap((row) => {
    const count = left.get(row) ?? 0;
    left.set(row, count - 1);
    return count > 0 ? [] : [violation(table, `${what} ${row.slice(0, shownMax)}`)];
  });
};
