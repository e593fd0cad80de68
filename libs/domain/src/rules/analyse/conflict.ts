import type { FieldName } from '../field-name.ts';
import { fields } from '../fields.ts';
import { isEmptyTogether } from './interval.ts';
import type { Literal } from './literal.ts';
import { isPostalConflict, isTextConflict, isTextsConflict } from './text-conflict.ts';

type Sort = 'ordered' | 'text' | 'texts' | 'postal' | 'json';

const severalTexts: readonly FieldName[] = [
  'origin.address_type',
  'destination.address_type',
  'shipment.tags',
  'rate.carrier',
];

const sortOf = (field: FieldName): Sort => {
  if (severalTexts.includes(field)) return 'texts';
  if (field.endsWith('postal_code')) return 'postal';
  const { operators } = fields[field].kind;
  if (!operators.includes('gt')) return 'text';
  return operators.includes('contains') ? 'json' : 'ordered';
};

/**
 * Literals that cannot be true together, whatever the facts; undefined where none were found. What is found is
 * certain; what is not found may still be impossible, such as two regular expressions that no text fulfils.
 */
export const conflictOf = (literals: readonly Literal[]): readonly Literal[] | undefined => {
  for (const group of Map.groupBy(literals, ({ fact }) => fact).values()) {
    const opposite = oppositeOf(group) ?? absentOf(group);
    if (opposite) return opposite;
    for (const same of Map.groupBy(group, ({ test }) => test?.currency ?? '').values())
      if (isConflict(same)) return same;
  }
  return undefined;
};

const oppositeOf = (group: readonly Literal[]): readonly Literal[] | undefined => {
  for (const one of group) {
    const other = group.find(({ key, isPositive }) => key === one.key && isPositive !== one.isPositive);
    if (other) return [one, other];
  }
  return undefined;
};

/** A value that is not there, and is compared. */
const absentOf = (group: readonly Literal[]): readonly Literal[] | undefined => {
  const absent = group.find(({ test, isPositive }) => test?.operator === 'exists' && !isPositive);
  const compared = group.find(({ test }) => test && test.operator !== 'exists');
  return absent && compared && [absent, compared];
};

const isConflict = (group: readonly Literal[]): boolean => {
  const [first] = group;
  if (!first?.test || group.length < 2) return false;
  switch (sortOf(first.test.field)) {
    case 'ordered':
      return isEmptyTogether(group);
    case 'json':
      // Texts and numbers may be mixed there: only what compares numbers is looked at.
      return isEmptyTogether(group.filter(({ test }) => test && orders.includes(test.operator)));
    case 'text':
      return isTextConflict(group);
    case 'texts':
      return isTextsConflict(group);
    case 'postal':
      return isPostalConflict(group);
  }
};

const orders: readonly string[] = ['gt', 'gte', 'lt', 'lte', 'between'];

/** Whether the literal is true wherever all of the others are. */
export const implies = (literals: readonly Literal[], literal: Literal): boolean => {
  if (literals.some(({ key, isPositive }) => key === literal.key && isPositive === literal.isPositive))
    return true;
  const { test } = literal;
  if (!test) return false;
  const known = literals.filter(
    (other) => other.fact === literal.fact && other.test && other.test.operator !== 'exists',
  );
  if (test.operator === 'exists') return literal.isPositive && known.length > 0;
  // Of a value that may be of any type, a comparison may be unknown although it is there.
  if (sortOf(test.field) === 'json') return false;
  const comparable = known.filter((other) => other.test?.currency === test.currency);
  return (
    comparable.length > 0 && isConflict([...comparable, { ...literal, isPositive: !literal.isPositive }])
  );
};
