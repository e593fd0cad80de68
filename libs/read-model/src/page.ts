/** `offset` rows are skipped, at most `first` are returned. */
export type PageRequest = Readonly<{ offset: number; first: number }>;

export type Page<Row> = Readonly<{
  rows: readonly Row[];
  hasNext: boolean;
  /** All rows of the filter: a query of its own, so only who asks pays for it. */
  count: () => Promise<number>;
}>;

/** `rows` was asked for with a limit of `first + 1`: the one too many says that there is a next page. */
export const pageOf = <Row>(
  rows: readonly Row[],
  { first }: PageRequest,
  count: () => Promise<number>,
): Page<Row> => ({ rows: rows.slice(0, first), hasNext: rows.length > first, count });
