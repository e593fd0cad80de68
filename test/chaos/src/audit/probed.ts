import { violationsOf, type Check, type Evidence, type Fact } from './evidence.ts';

const violation = violationsOf('a probe tells what happened outside');

type Probed = Extract<Fact, { type: 'ActionProbed' }>;

/** What a probe found is what had arrived outside by then. */
export const checkProbed: Check = (evidence) =>
  [...evidence.runs].flatMap(([runId, facts]) =>
    facts
      .filter((fact): fact is Probed => fact.type === 'ActionProbed')
      .flatMap((fact) => {
        const flaw = flawOf(evidence, runId, fact);
        return flaw === undefined ? [] : [violation(runId, flaw)];
      }),
  );

const flawOf = ({ requests }: Evidence, runId: string, { data }: Probed): string | undefined => {
  const { slug, verdict, startedAt, at } = data;
  const arrivals = requests.filter(({ key }) => key === `${runId}-${slug}`).map(({ atMs }) => atMs);
  const isBefore = (time: string) => arrivals.some((atMs) => atMs <= Date.parse(time));
  if (verdict === 'happened' && !isBefore(at)) return `${slug} is said to have happened, and nothing arrived`;
  if (verdict === 'not-happened' && isBefore(startedAt))
    return `${slug} is said not to have happened, and it had arrived`;
  return undefined;
};
