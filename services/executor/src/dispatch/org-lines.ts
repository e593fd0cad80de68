import { createLine, type Line } from './line.ts';

export type RunLimits = Readonly<{
  /** Runs in hand at once, of all organisations. */
  slots: number;
  perOrg: number;
  perWorkflow: number;
}>;

/** A run that waits; `host`: for one whose slots were all taken when it last had its turn. */
export type Waiting = Readonly<{ org: string; workflow: string; host?: string | undefined }>;

type RunLine<T> = Pick<Waiting, 'workflow' | 'host'> & Readonly<{ waiting: Line<T> }>;

/** The runs of one organisation, in lines by workflow and by the host that they wait for. */
export type OrgLines<T> = {
  /** What it was served, in runs over its weight: the least served is next. */
  served: number;
  inHand: number;
  waiting: number;
  readonly weight: number;
  /** In the order of their turns; none is empty. */
  readonly lines: Map<string, RunLine<T>>;
  /** Runs in hand, by workflow. */
  readonly inHandOf: Map<string, number>;
};

const keyOf = ({ workflow, host = '' }: Pick<Waiting, 'workflow' | 'host'>): string => `${workflow} ${host}`;

export const lineOf = <T>({ lines }: OrgLines<T>, { workflow, host }: Waiting): RunLine<T> => {
  const key = keyOf({ workflow, host });
  const line = lines.get(key) ?? { workflow, host, waiting: createLine<T>() };
  lines.set(key, line);
  return line;
};

/** Takes the first of a line; the line's next turn comes after those of its organisation's others. */
export const shift = <T>({ lines }: OrgLines<T>, line: RunLine<T>): T | undefined => {
  const item = line.waiting.shift();
  lines.delete(keyOf(line));
  if (line.waiting.length() > 0) lines.set(keyOf(line), line);
  return item;
};

export const countInHand = <T>(org: OrgLines<T>, workflow: string, by: 1 | -1): void => {
  const now = (org.inHandOf.get(workflow) ?? 0) + by;
  if (now > 0) org.inHandOf.set(workflow, now);
  else org.inHandOf.delete(workflow);
  org.inHand += by;
};

type Choice<T> = Readonly<{ org: OrgLines<T>; line: RunLine<T> }>;
type IsFree = (host: string) => boolean;

/** The least served organisation that no limit holds back, and the line in it whose turn it is. */
export const chooseNext = <T>(
  orgs: Iterable<OrgLines<T>>,
  limits: RunLimits,
  isHostFree: IsFree,
): Choice<T> | undefined => {
  let chosen: Choice<T> | undefined;
  for (const org of orgs) {
    if (chosen && chosen.org.served <= org.served) continue;
    chosen = openLineIn(org, limits, isHostFree) ?? chosen;
  }
  return chosen;
};

const openLineIn = <T>(
  org: OrgLines<T>,
  { perOrg, perWorkflow }: RunLimits,
  isHostFree: IsFree,
): Choice<T> | undefined => {
  if (org.waiting === 0 || org.inHand >= perOrg) return undefined;
  for (const line of org.lines.values()) {
    const isOpen = line.host === undefined || isHostFree(line.host);
    if (isOpen && (org.inHandOf.get(line.workflow) ?? 0) < perWorkflow) return { org, line };
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
