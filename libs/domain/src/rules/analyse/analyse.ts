import { canonicalJson } from '../../json.ts';
import type { RuleAction, SelectService, SetOptions } from '../action.ts';
import type { NormalRule, RuleSet } from '../rule.ts';
import { conflictOf, implies } from './conflict.ts';
import { exampleOf, type Example } from './example.ts';
import { together, waysOf, type Literal } from './literal.ts';

/** Something about a rule that its author will want to know: certain, never a guess. */
export type Finding = Readonly<{
  rule: string;
  kind: 'never_matches' | 'shadowed' | 'contradicts';
  /** The other rule, of a finding about two. */
  by: string | null;
  reason: string;
  /** Facts, made up, of which the finding is true; tried. Null where none could be made up. */
  example: Example | null;
}>;

/** What is found about every rule of a set, in its order; or about one, and what it does to the others. */
export const analyseRuleSet = (ruleSet: RuleSet, only?: string): readonly Finding[] => {
  const rules = ruleSet.rules.map((rule, position): Looked => ({ rule, position, ways: possibleWays(rule) }));
  const concerns = ({ rule, by }: Finding) => only === undefined || rule === only || by === only;
  return rules
    .flatMap((looked) => [
      ...aloneFindings(looked),
      ...rules
        .filter(
          (other) =>
            other !== looked && (only === undefined || [looked, other].some(({ rule }) => rule.id === only)),
        )
        .flatMap((other) => pairFindings(ruleSet, looked, other)),
    ])
    .filter(concerns);
};

/** A rule with every way in which it may apply; undefined where they are too many. */
type Looked = Readonly<{ rule: NormalRule; position: number; ways: Ways | undefined }>;
type Ways = readonly (readonly Literal[])[];

const possibleWays = ({ condition }: NormalRule): Ways | undefined => waysOf(condition);

const finding = (
  { id }: NormalRule,
  kind: Finding['kind'],
  by: NormalRule | null,
  reason: string,
  example: Example | null = null,
): Finding => ({ rule: id, kind, by: by?.id ?? null, reason, example });

const aloneFindings = ({ rule, ways }: Looked): readonly Finding[] => {
  const conflict = impossible(ways);
  if (conflict)
    return [finding(rule, 'never_matches', null, `No shipment fulfils both: ${saysOf(conflict)}.`)];
  const findings: Finding[] = [];
  const blocks = rule.actions.some(({ type }) => type === 'block_service');
  if (blocks && selectionsOf(rule).length > 0)
    findings.push(finding(rule, 'contradicts', null, 'It blocks every rate that it could select.'));
  for (const action of rule.actions) {
    if (action.type !== 'filter') continue;
    const where = waysOf(action.where);
    const both = ways && where && together([ways, where]);
    const contradiction = impossible(both);
    if (contradiction)
      findings.push(
        finding(rule, 'contradicts', null, `Its filter keeps nothing: ${saysOf(contradiction)}.`),
      );
  }
  return findings;
};

/** The conflict of the first way, where no way is possible. */
const impossible = (ways: Ways | undefined): readonly Literal[] | undefined => {
  const conflicts = ways?.map(conflictOf) ?? [];
  return conflicts.length > 0 && conflicts.every((conflict) => conflict !== undefined)
    ? conflicts[0]
    : undefined;
};

const saysOf = (literals: readonly Literal[]): string => literals.map(({ says }) => says).join(' and ');

const selectionsOf = ({ actions }: NormalRule): readonly SelectService[] =>
  actions.filter((action) => action.type === 'select_service');

const pairFindings = (ruleSet: RuleSet, looked: Looked, other: Looked): readonly Finding[] => [
  ...shadowFindings(ruleSet, looked, other),
  ...blockFindings(ruleSet, looked, other),
  ...optionFindings(ruleSet, looked, other),
];

/** Every way of the one is a way of the other: wherever the one applies, so does the other. */
const isWithin = (inner: Ways | undefined, outer: Ways | undefined): boolean => {
  const possible = inner?.filter((way) => conflictOf(way) === undefined) ?? [];
  return (
    outer !== undefined &&
    possible.length > 0 &&
    possible.every((way) => outer.some((wider) => wider.every((literal) => implies(way, literal))))
  );
};

/** An earlier rule selects wherever this one would. */
const shadowFindings = (ruleSet: RuleSet, looked: Looked, other: Looked): readonly Finding[] => {
  if (other.position > looked.position || adjustsInOwnCurrency(ruleSet)) return [];
  const [own] = selectionsOf(looked.rule);
  const earlier = selectionsOf(other.rule);
  if (!own || blocksItself(other.rule) || !isWithin(looked.ways, other.ways)) return [];
  if (!selectionsOf(looked.rule).every((action) => earlier.some((wider) => choosesFromAll(wider, action))))
    return [];
  const reason = `“${other.rule.name}” comes first, and selects whenever this rule could.`;
  const example = exampleOf(ruleSet, looked.rule, looked.ways, ({ trace }) =>
    trace.rules.some(({ rule, selection }) => rule === looked.rule.id && selection === 'not_needed'),
  );
  return [finding(looked.rule, 'shadowed', other.rule, reason, example)];
};

const blocksItself = ({ actions }: NormalRule): boolean =>
  actions.some(({ type }) => type === 'block_service' || type === 'filter');

/** Whether the wider action finds a rate wherever the other does. */
const choosesFromAll = (wider: SelectService, action: SelectService): boolean =>
  wider.choices.length === 0 || canonicalJson(wider.choices) === canonicalJson(action.choices);

/** An amount that cannot be converted sets rates aside in a comparison of many, and not in one of few. */
const adjustsInOwnCurrency = ({ rules }: RuleSet): boolean =>
  rules.some(({ actions }) =>
    actions.some((action) => 'currency' in action && action.currency !== undefined),
  );

/** Another rule blocks all that this one could select. */
const blockFindings = (ruleSet: RuleSet, looked: Looked, other: Looked): readonly Finding[] => {
  const blocks = other.rule.actions.some(({ type }) => type === 'block_service');
  if (!blocks || selectionsOf(looked.rule).length === 0 || !isWithin(looked.ways, other.ways)) return [];
  const reason = `“${other.rule.name}” blocks every rate that this rule could select.`;
  const example = exampleOf(ruleSet, looked.rule, looked.ways, ({ trace }) =>
    trace.rates.every(({ standing }) => standing === 'blocked'),
  );
  return [finding(looked.rule, 'contradicts', other.rule, reason, example)];
};

/** An earlier rule sets the same option to something else, and both may apply. Only said with an example. */
const optionFindings = (ruleSet: RuleSet, looked: Looked, other: Looked): readonly Finding[] => {
  if (other.position > looked.position) return [];
  const contested = optionsOf(looked.rule).filter(([name, value]) =>
    optionsOf(other.rule).some(([set, to]) => set === name && canonicalJson(to) !== canonicalJson(value)),
  );
  const ways = looked.ways && other.ways && together([looked.ways, other.ways]);
  return contested.flatMap(([name]) => {
    const example = exampleOf(ruleSet, looked.rule, ways, ({ trace }) =>
      trace.rules.some(({ rule, overruled }) => rule === looked.rule.id && overruled?.includes(name)),
    );
    const reason = `“${other.rule.name}” comes first, and sets the option ${name} to something else.`;
    return example ? [finding(looked.rule, 'contradicts', other.rule, reason, example)] : [];
  });
};

const optionsOf = ({ actions }: NormalRule): readonly (readonly [string, SetOptions['options'][string]])[] =>
  actions.filter(isSetting).flatMap(({ options }) => Object.entries(options));

const isSetting = (action: RuleAction): action is SetOptions => action.type === 'set_options';
