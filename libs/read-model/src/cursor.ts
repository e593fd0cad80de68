import type { Order, Place, PlaceValue } from './order.ts';

/** A cursor that is none, or that belongs to another list or order. */
export class CursorError extends Error {
  override readonly name = 'CursorError';
  readonly field: 'after' | 'before';
  constructor(field: 'after' | 'before', message: string) {
    super(message);
    this.field = field;
  }
}

type Listed<Row> = Readonly<{ list: string; order: Order<Row> }>;

/** A row's place in a list, as clients hand it back. It says nothing that the row does not show. */
export const cursorOf = <Row>({ list, order }: Listed<Row>, row: Row): string => {
  const place = order.keys.map(({ of }) => of(row));
  return Buffer.from(JSON.stringify([list, order.name, ...place])).toString('base64url');
};

/** @throws CursorError where it is not a cursor of this list in this order. */
export const placeIn = <Row>(
  cursor: string,
  field: 'after' | 'before',
  { list, order }: Listed<Row>,
): Place => {
  const [of, by, ...place] = partsOf(cursor);
  if (typeof of !== 'string' || typeof by !== 'string') {
    throw new CursorError(field, 'is not a cursor; give the cursor of an edge, start_cursor or end_cursor');
  }
  if (of !== list || by !== order.name) {
    throw new CursorError(
      field,
      `is a cursor of ${of} in the order ${by}, and this is ${list} in the order ${order.name}; give one of this list and leave its order as it was`,
    );
  }
  if (place.length !== order.keys.length || !place.every((value, at) => fits(value, order.keys[at]?.type))) {
    throw new CursorError(field, 'is not a whole cursor; give it as it was answered');
  }
  return place.filter(isValue);
};

const partsOf = (cursor: string): readonly unknown[] => {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
};

const isValue = (value: unknown): value is PlaceValue =>
  typeof value === 'string' || typeof value === 'number';

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const intMax = 2 ** 31 - 1;

/** Whether Postgres takes it for the type. */
const fits = (value: unknown, type: string | undefined): boolean => {
  if (type === 'int') return Number.isInteger(value) && Math.abs(Number(value)) <= intMax;
  if (typeof value !== 'string' || value.includes('\0')) return false;
  return type !== 'timestamptz' || (isoTime.test(value) && !Number.isNaN(Date.parse(value)));
};
