import type { Asks, CompiledRule, CompiledRules } from './compile.ts';
import type { Scene } from './view.ts';

/** A rule that applies, with the rates it matches by their positions. */
export type Matched = Readonly<{ compiled: CompiledRule; rates: 'all' | readonly number[] }>;

export type RuleMatch = Readonly<{ compiled: CompiledRule; rates: 'all' | 'none' | readonly number[] }>;

export const matchRules = ({ rules }: CompiledRules, asks: Asks): readonly RuleMatch[] =>
  rules.map((compiled) => {
    const matched = compiled.match(asks);
    if (matched === true) return { compiled, rates: 'all' };
    return { compiled, rates: matched === false || matched.length === 0 ? 'none' : matched };
  });

export const isMatched = (match: RuleMatch): match is Matched => match.rates !== 'none';

export const asksOf = (scene: Scene): Asks => ({
  shipment: { scene },
  rates: scene.rates.map((rate) => ({ scene, rate })),
});

/** Whether the rule matches this rate. */
export const matches = ({ rates }: Matched, position: number): boolean =>
  rates === 'all' || rates.includes(position);

export const positionsOf = ({ rates }: Matched, count: number): readonly number[] =>
  rates === 'all' ? Array.from({ length: count }, (_, position) => position) : rates;
