import type { Condition, FieldTest, Quantifier, Truth } from './condition.ts';
import type { Ask } from './field.ts';
import { fields } from './fields.ts';
import { not } from './kind.ts';

/** A condition ready to be asked. */
export type CompiledCondition = Readonly<{
  /** Whether its answer may differ from rate to rate. */
  isAboutRates: boolean;
  ask: (of: Ask) => Truth;
}>;

export const compileCondition = (condition: Condition): CompiledCondition => {
  if ('all' in condition) return compileAll(condition.all.map(compileCondition));
  if ('any' in condition) return compileAny(condition.any.map(compileCondition));
  if ('not' in condition) {
    const { isAboutRates, ask } = compileCondition(condition.not);
    return { isAboutRates, ask: (of) => not(ask(of)) };
  }
  if ('field' in condition) return compileTest(condition);
  return compileQuantified(condition);
};

const compileTest = (test: FieldTest): CompiledCondition => {
  const field = fields[test.field];
  const isAboutRates = field.about === 'rate';
  if (test.operator === 'exists') {
    const wanted = test.value !== false;
    return { isAboutRates, ask: (of) => field.isKnown(of, test) === wanted };
  }
  const compiled = field.compile(test);
  // Conditions are read, and refused, before they are compiled.
  return { isAboutRates, ask: 'problem' in compiled ? () => undefined : compiled.ask };
};

const anyAboutRates = (parts: readonly CompiledCondition[]): boolean =>
  parts.some(({ isAboutRates }) => isAboutRates);

const compileAll = (parts: readonly CompiledCondition[]): CompiledCondition => ({
  isAboutRates: anyAboutRates(parts),
  ask: (of) => every(parts, (part) => part.ask(of)),
});

const compileAny = (parts: readonly CompiledCondition[]): CompiledCondition => ({
  isAboutRates: anyAboutRates(parts),
  ask: (of) => some(parts, (part) => part.ask(of)),
});

/** False if one is; else unknown if one is. */
const every = <T>(list: readonly T[], ask: (one: T) => Truth): Truth => {
  let truth: Truth = true;
  for (const one of list) {
    const answer = ask(one);
    if (answer === false) return false;
    if (answer === undefined) truth = undefined;
  }
  return truth;
};

/** True if one is; else unknown if one is. */
const some = <T>(list: readonly T[], ask: (one: T) => Truth): Truth => {
  let truth: Truth = false;
  for (const one of list) {
    const answer = ask(one);
    if (answer === true) return true;
    if (answer === undefined) truth = undefined;
  }
  return truth;
};

type Quantified = Extract<Condition, { readonly where: Condition }>;

const compileQuantified = (condition: Quantified): CompiledCondition => {
  const { ask } = compileCondition(condition.where);
  const asked = (quantifier: Quantifier, of: readonly Ask[] | undefined): Truth => {
    if (!of) return undefined;
    if (quantifier === 'all') return every(of, ask);
    return quantifier === 'any' ? some(of, ask) : not(some(of, ask));
  };
  if ('rates' in condition) {
    return {
      isAboutRates: false,
      ask: ({ scene }) =>
        asked(
          condition.rates,
          scene.rates.map((rate) => ({ scene, rate })),
        ),
    };
  }
  if ('parcels' in condition) {
    const ofParcels = ({ scene }: Ask) =>
      asked(
        condition.parcels,
        scene.parcels?.map((parcel) => ({ scene, parcel })),
      );
    return { isAboutRates: false, ask: ofParcels };
  }
  const ofItems = ({ scene }: Ask) =>
    asked(
      condition.items,
      scene.items()?.map((item) => ({ scene, item })),
    );
  return { isAboutRates: false, ask: ofItems };
};
