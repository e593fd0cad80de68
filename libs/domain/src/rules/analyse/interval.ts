import type { Json } from '../../json.ts';
import { compareText } from '../compare-text.ts';
import type { FieldTest, Operator } from '../condition.ts';
import { decimal, isDecimal, type Decimal } from '../decimal.ts';
import type { FieldName } from '../field-name.ts';
import { isList } from '../kind.ts';
import { distance, inSmallest, mass, volume, type Measure } from '../unit.ts';
import type { Literal } from './literal.ts';

/** A value that has an order, of a number, a quantity, a date or a time. */
type Place = Decimal | string;

const comparePlaces = (a: Place, b: Place): number => {
  if (typeof a === 'string' || typeof b === 'string')
    return compareText(`${a.toString()}`, `${b.toString()}`);
  return a.cmp(b);
};

const measures: Partial<Record<FieldName, Measure>> = {
  'shipment.weight': mass,
  'parcel.weight': mass,
  'item.weight': mass,
  'shipment.volume': volume,
  'parcel.volume': volume,
  'parcel.length': distance,
  'parcel.width': distance,
  'parcel.height': distance,
  'parcel.girth': distance,
  'parcel.length_plus_girth': distance,
};

const texts: readonly FieldName[] = ['shipment.date', 'shipment.time', 'rate.estimated_delivery'];

/** A threshold in the smallest unit of its kind; undefined for what has no order. */
const placeOf = ({ field, unit }: FieldTest, value: Json | undefined): Place | undefined => {
  if (texts.includes(field)) return typeof value === 'string' ? value : undefined;
  if (!isDecimal(value)) return undefined;
  const measure = measures[field];
  return measure ? inSmallest(measure, value, unit ?? 'lb') : decimal(value);
};

type Bound = Readonly<{ at: Place; isIncluded: boolean }>;

/** What a literal allows; undefined where it says nothing that has an order. */
type Range = Readonly<{ low?: Bound; high?: Bound; points?: readonly Place[]; excluded?: readonly Place[] }>;

const rangeOf = ({ test, isPositive }: Literal): Range | undefined => {
  if (!test) return undefined;
  if (test.operator === 'in' || test.operator === 'between') return listRange(test, isPositive);
  const at = placeOf(test, test.value);
  if (at === undefined) return undefined;
  if (test.operator === 'eq') return isPositive ? { points: [at] } : { excluded: [at] };
  const side = sides[test.operator];
  if (!side) return undefined;
  const { isLow, isIncluded } = side;
  // The opposite is on the other side, and has the end exactly if this has it not.
  return boundOn(isLow === isPositive, { at, isIncluded: isIncluded === isPositive });
};

const sides: Partial<Record<Operator, Readonly<{ isLow: boolean; isIncluded: boolean }>>> = {
  gt: { isLow: true, isIncluded: false },
  gte: { isLow: true, isIncluded: true },
  lt: { isLow: false, isIncluded: false },
  lte: { isLow: false, isIncluded: true },
};

const boundOn = (isLow: boolean, bound: Bound): Range => (isLow ? { low: bound } : { high: bound });

const listRange = (test: FieldTest, isPositive: boolean): Range | undefined => {
  const values: readonly Json[] = isList(test.value) ? test.value : [];
  const places = values.map((value) => placeOf(test, value)).filter((place) => place !== undefined);
  if (places.length < values.length) return undefined;
  if (test.operator === 'in') return isPositive ? { points: places } : { excluded: places };
  const [low, high] = places;
  // Outside of a range are two ways, of which neither is looked at.
  return isPositive && low && high
    ? { low: { at: low, isIncluded: true }, high: { at: high, isIncluded: true } }
    : undefined;
};

/** Whether no value is in all of the ranges. Literals that have none allow everything. */
export const isEmptyTogether = (literals: readonly Literal[]): boolean => {
  const ranges = literals.map(rangeOf).filter((range) => range !== undefined);
  const points = ranges.find((range) => range.points)?.points;
  if (points) return points.every((point) => !ranges.every((range) => isIn(point, range)));
  const low = ranges.flatMap((range) => range.low ?? []).toSorted(byTightLow)[0];
  const high = ranges.flatMap((range) => range.high ?? []).toSorted(byTightHigh)[0];
  if (!low || !high) return false;
  const order = comparePlaces(low.at, high.at);
  if (order !== 0) return order > 0;
  return !low.isIncluded || !high.isIncluded || !ranges.every((range) => isIn(low.at, range));
};

/** The tightest first. */
const byTightLow = (a: Bound, b: Bound): number =>
  comparePlaces(b.at, a.at) || Number(a.isIncluded) - Number(b.isIncluded);
const byTightHigh = (a: Bound, b: Bound): number =>
  comparePlaces(a.at, b.at) || Number(a.isIncluded) - Number(b.isIncluded);

const isIn = (place: Place, { low, high, points, excluded }: Range): boolean => {
  const same = (other: Place) => comparePlaces(place, other) === 0;
  if (points && !points.some(same)) return false;
  if (excluded?.some(same)) return false;
  return isAbove(place, low) && isBelow(place, high);
};

const isAbove = (place: Place, low: Bound | undefined): boolean => {
  if (!low) return true;
  const order = comparePlaces(place, low.at);
  return low.isIncluded ? order >= 0 : order > 0;
};

const isBelow = (place: Place, high: Bound | undefined): boolean => {
  if (!high) return true;
  const order = comparePlaces(place, high.at);
  return high.isIncluded ? order <= 0 : order < 0;
};
