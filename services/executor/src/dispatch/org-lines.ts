import { createLine, type Line } from './line.ts';

export type RunLimits = Readonly<{
  /** Runs in hand at once, of all organisations. */
  slots: number;
  perOrg: number;
  perWorkflow: number;
}>;

type WorkflowLine<T> = { inHand: number; readonly waiting: Line<T> };

/** The runs of one organisation, by workflow. */
export type OrgLines<T> = {
  /** What it was served, in runs over its weight: the least served is next. */
  served: number;
  inHand: number;
  waiting: number;
  readonly weight: number;
  /** In the order of their turns. */
  readonly lines: Map<string, WorkflowLine<T>>;
};

export const lineOf = <T>({ lines }: OrgLines<T>, workflow: string): WorkflowLine<T> => {
  const known = lines.get(workflow);
  if (known) return known;
  const line = { inHand: 0, waiting: createLine<T>() };
  lines.set(workflow, line);
  return line;
};

type Choice<T> = Readonly<{ org: OrgLines<T>; workflow: string; line: WorkflowLine<T> }>;

/** The least served organisation that no limit holds back, and the workflow in it whose turn it is. */
export const chooseNext = <T>(orgs: Iterable<OrgLines<T>>, limits: RunLimits): Choice<T> | undefined => {
  let chosen: Choice<T> | undefined;
  for (const org of orgs) {
    if (chosen && chosen.org.served <= org.served) continue;
    chosen = openLineIn(org, limits) ?? chosen;
  }
  return chosen;
};

const openLineIn = <T>(org: OrgLines<T>, { perOrg, perWorkflow }: RunLimits): Choice<T> | undefined => {
  if (org.waiting === 0 || org.inHand >= perOrg) return undefined;
  for (const [workflow, line] of org.lines) {
    if (line.waiting.length() > 0 && line.inHand < perWorkflow) return { org, workflow, line };
  }
  return undefined;
};

/** The line with the most messages. */
export const longestLine = <T>(orgs: Iterable<OrgLines<T>>): Line<T> | undefined => {
  let longest: Line<T> | undefined;
  for (const { lines } of orgs) {
    for (const { waiting } of lines.values()) {
      if (waiting.held() > (longest?.held() ?? 0)) longest = waiting;
    }
  }
  return longest;
};
