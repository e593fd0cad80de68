import type { BatchChanges } from '../projection/batch.ts';
import { tables, type TableName } from '../projection/table.ts';
import { rowJson } from './row-json.ts';
import { RowsRefused } from './rows-refused.ts';
import type { Part } from './statement.ts';

const tableNames = Object.keys(tables).filter((name): name is TableName => name in tables);
const allParts: readonly Part[] = [
  ...tableNames.flatMap((table): readonly Part[] => [
    { table, are: 'created' },
    { table, are: 'changed' },
  ]),
  { table: 'trigger_slot', are: 'removed' },
];

/** One for each part, so that no two combinations have the same name. */
const letters = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * The parts of a batch that have rows, their JSON, and a name for this combination of parts, short because
 * Postgres cuts names at 63 bytes.
 * @throws RowsRefused when a value has no JSON
 */
export const encodeRows = (rows: BatchChanges['rows']) => {
  const parts = allParts.filter(({ table, are }) => rows[table][are].length > 0);
  const name = parts.map((part) => letters.charAt(allParts.indexOf(part))).join('');
  try {
    return { name: `write ${name}`, parts, values: parts.map(({ table, are }) => rowJson(rows[table][are])) };
  } catch (cause) {
    throw new RowsRefused('rows have no JSON', { cause });
  }
};
