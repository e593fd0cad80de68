import { canonicalJson } from '@karrio/domain';
import { violationsOf, type Check, type Evidence, type Fact } from './evidence.ts';

const violation = violationsOf('a rerun repeats a run that was over, and asks nobody for what it takes over');

export const checkRepeated: Check = (evidence) =>
  [...evidence.runs].flatMap(([id, facts]) => flawsOf(evidence, facts).map((flaw) => violation(id, flaw)));

const ends: ReadonlySet<string> = new Set(['RunSucceeded', 'RunFailed', 'RunAborted', 'RunCancelled']);

const flawsOf = ({ runs }: Evidence, facts: readonly Fact[]): readonly string[] => {
  const [first] = facts;
  const origin = first?.type === 'RunRequested' ? first.data.origin : undefined;
  const reused = facts.filter((fact) => fact.type === 'ActionReused');
  if (!first || !origin) return reused.map(({ data }) => `it took ${data.slug} over, and repeats no run`);
  const repeated = runs.get(origin.runId) ?? [];
  const isOver = repeated.some(({ type, position }) => ends.has(type) && position < first.position);
  return [
    ...(isOver ? [] : [`it repeats ${origin.runId}, which was not over`]),
    ...reused.flatMap(({ data: { slug, output } }) => {
      const isSame = outputsOf(repeated, slug).includes(canonicalJson(output));
      const isAsked = facts.some(({ type, data }) => type === 'ActionStarted' && data.slug === slug);
      return [
        ...(isSame ? [] : [`it took ${slug} over from ${origin.runId}, which has another output`]),
        ...(isAsked ? [`it took ${slug} over, and performed it all the same`] : []),
      ];
    }),
  ];
};

const outputsOf = (facts: readonly Fact[], slug: string): readonly string[] =>
  facts.flatMap((fact) => {
    switch (fact.type) {
      case 'ActionSucceeded':
      case 'ActionReused':
      case 'ActionProbed':
      case 'ActionSettled':
        return fact.data.slug === slug ? [canonicalJson(fact.data.output ?? { json: null })] : [];
      default:
        return [];
    }
  });
