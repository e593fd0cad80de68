import { decimal, type Decimal } from './decimal.ts';

/** Each unit in the smallest of its kind, exactly: by the international pound and inch of 1959. */
const grams = { g: '1', kg: '1000', oz: '28.349523125', lb: '453.59237' };
const millimetres = { mm: '1', cm: '10', m: '1000', in: '25.4', ft: '304.8' };
const cubicMillimetres = { mm3: '1', cm3: '1000', m3: '1000000000', in3: '16387.064', ft3: '28316846.592' };

/** A kind of quantity with its units. */
export type Measure = Readonly<{ units: readonly string[]; factorOf: (unit: string) => Decimal | undefined }>;

const measureOf = (table: Readonly<Record<string, string>>): Measure => {
  const factors = new Map(Object.entries(table).map(([name, factor]) => [name, decimal(factor)]));
  return { units: [...factors.keys()], factorOf: (name) => factors.get(name.trim().toLowerCase()) };
};

export const mass = measureOf(grams);
export const distance = measureOf(millimetres);
export const volume = measureOf(cubicMillimetres);

/** In the smallest unit of its kind; undefined where there is no such unit. */
export const inSmallest = (measure: Measure, amount: number | string, unit: string): Decimal | undefined =>
  measure.factorOf(unit)?.times(decimal(amount));

/** From the smallest unit: the exact inverse of `inSmallest` for amounts of up to 20 decimal places. */
export const inUnit = (measure: Measure, smallest: Decimal, unit: string): Decimal | undefined => {
  const factor = measure.factorOf(unit);
  return factor && smallest.div(factor);
};
