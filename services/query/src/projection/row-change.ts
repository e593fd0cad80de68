/**
 * What one event does to one row. A created row is complete; a change names the row's key, its new revision
 * and the columns that are new.
 */
export type RowChange<Row> = Readonly<{ created: Row }> | Readonly<{ changed: Partial<Row> }>;

/** The changes of one batch, at most one per row. */
export type TableChanges<Row> = Readonly<{
  created: readonly Row[];
  changed: readonly Partial<Row>[];
  /** Each names an owner, by the first column of the key, and a revision: its rows below that go. */
  removed: readonly Partial<Row>[];
}>;

/**
 * Folds the changes of a batch, in the order of the log, so that a row costs one write however many events
 * it had. `kept` are the columns that a later creation leaves as they are when it has nothing to say.
 */
export const collectChanges = <Row>(kept: readonly (keyof Row)[] = []) => {
  const created = new Map<string, Row>();
  const changed = new Map<string, Partial<Row>>();
  const removed: Partial<Row>[] = [];

  const create = (key: string, row: Row) => {
    const earlier = created.get(key);
    if (earlier) for (const column of kept) row[column] ??= earlier[column];
    changed.delete(key);
    created.set(key, row);
  };

  return {
    add: (key: string, change: RowChange<Row> | undefined): void => {
      if (change === undefined) return;
      if ('created' in change) return create(key, { ...change.created });
      const row = created.get(key) ?? changed.get(key);
      if (row) Object.assign(row, change.changed);
      else changed.set(key, { ...change.changed });
    },
    /** Also those of this batch that `isGone` says it of: the statement that writes them does not see them. */
    remove: (rows: Partial<Row>, isGone: (row: Row) => boolean): void => {
      for (const [key, row] of created) if (isGone(row)) created.delete(key);
      removed.push(rows);
    },
    result: (): TableChanges<Row> => ({
      created: [...created.values()],
      changed: [...changed.values()],
      removed,
    }),
  };
};
