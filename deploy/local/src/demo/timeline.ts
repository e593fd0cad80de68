import type { Run } from './run.ts';
import { formatTable } from './table.ts';

type Step = Readonly<{
  slug: string;
  attempt: number;
  /** From the request of the run. */
  startMs: number;
  durationMs: number | undefined;
  outcome: string;
}>;

/** A run, step by step, as lines to print. */
export const formatTimeline = (run: Run): readonly string[] => {
  const steps = stepsOf(run);
  const orders = new Map(run.workflow.action_nodes.map(({ slug, order }) => [slug, order]));
  const actions = new Map(run.workflow.actions.map((action) => [action.slug, action]));
  const rows = steps.map(({ slug, attempt, startMs, durationMs, outcome }) => [
    String(orders.get(slug) ?? ''),
    (actions.get(slug)?.name ?? slug) + (attempt > 1 ? ` (attempt ${attempt})` : ''),
    actions.get(slug)?.action_type ?? '',
    `+${milliseconds(startMs)}`,
    durationMs === undefined ? '' : milliseconds(durationMs),
    outcome,
  ]);
  return formatTable(['order', 'step', 'type', 'start', 'took', 'outcome'], rows);
};

/** From the request to the end of the last step. */
export const totalMs = (run: Run): number =>
  Math.max(0, ...run.records.map(({ timestamp }) => timestamp * 1_000 - Date.parse(run.created_at)));

export const milliseconds = (ms: number): string => `${Math.round(ms)} ms`;

/** What a step gave to the steps after it. */
export const outputOf = (run: Run, slug: string): unknown =>
  run.records.findLast(({ key, meta }) => key === 'action-output' && meta.workflow_action_slug === slug)
    ?.record.output;

const stepsOf = (run: Run): readonly Step[] => {
  const attempts = Map.groupBy(run.records, ({ meta }) => `${meta.workflow_action_slug} ${meta.attempt}`);
  return [...attempts.values()]
    .map((records) => stepOf(records, Date.parse(run.created_at)))
    .sort((a, b) => a.startMs - b.startMs || orderOf(run, a) - orderOf(run, b));
};

const orderOf = (run: Run, { slug }: Step) =>
  run.workflow.action_nodes.find((node) => node.slug === slug)?.order ?? 0;

const stepOf = (records: Run['records'], requestedMs: number): Step => {
  const times = records.map(({ timestamp }) => timestamp * 1_000);
  const [start, end] = [Math.min(...times), Math.max(...times)];
  const hasEnded = records.some(({ key }) => key === 'action-output' || key === 'error');
  const { workflow_action_slug: slug = '', attempt = 1, duration_ms } = records[0]?.meta ?? {};
  return {
    slug,
    attempt,
    startMs: start - requestedMs,
    durationMs: duration_ms ?? (hasEnded ? end - start : undefined),
    outcome: outcomeOf(records),
  };
};

/** `success, 200 from GET http://…`, or what went wrong. */
const outcomeOf = (records: Run['records']): string => {
  const of = (key: string) => records.find((record) => record.key === key)?.record;
  const request = of('request');
  const response = of('response');
  const answered = response?.status_code === undefined ? '' : `${response.status_code} from `;
  const call = request?.url ? `${answered}${(request.method ?? '').toUpperCase()} ${request.url}` : '';
  const error = of('error')?.error;
  return [of('action-output')?.status ?? 'running', call, error === undefined ? '' : messageOf(error)]
    .filter((part) => part !== '')
    .join(', ');
};

const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : JSON.stringify(error);
