import { streams, type CommandPayload } from '@karrio/contracts';
import {
  completePlan,
  evolveRun,
  isPlanSealed,
  isRunEvent,
  noRun,
  planRerun,
  refusal,
  type EndedRun,
  type Plan,
  type Refusal,
  type RerunPlan,
  type RunOrigin,
  type RunRequest,
} from '@karrio/domain';
import type { EventStore } from '@karrio/event-store-client';
import type { Bus } from '@karrio/messaging';
import type { Backlog } from '../backlog/backlog.ts';
import type { Catalog, WorkflowEntry } from '../catalog/catalog.ts';
import { currentPlan } from './current-plan.ts';
import type { SealPlan } from './seal-plan.ts';

export type RerunPorts = Readonly<{
  store: EventStore;
  bus: Bus;
  catalog: Catalog;
  backlog: Backlog;
  sealPlan: SealPlan;
  depthMax: number;
}>;

type Asked = Pick<CommandPayload<'rerun_run'>, 'originId' | 'from' | 'plan'>;

export type RerunOutline = Readonly<{
  original: RunRequest;
  origin: RunOrigin;
  /** `entry` where the rerun follows the workflow as it is now. */
  plan: Readonly<{ plan: Plan; entry?: WorkflowEntry }>;
  rerun: RerunPlan;
}>;

type Refused = Readonly<{ refused: readonly Refusal[] }>;

/** What a rerun would be, with nothing changed; its preview and its execution share it. */
export const outlineRerun = async (
  ports: Pick<RerunPorts, 'store' | 'catalog'>,
  { originId, from, plan: choice }: Asked,
  org: string,
  at: string,
): Promise<RerunOutline | Refused> => {
  const ended = await endedRun(ports.store, originId, org);
  if ('refused' in ended) return ended;
  const { request, actions } = ended;
  const plan =
    choice === 'current'
      ? currentPlan(ports.catalog.of(org), request.workflowId)
      : { plan: await sealedPlan(ports.store, request.planHash) };
  if ('refused' in plan) return plan;
  const kind = kinds[from] ?? 'fork';
  const step = kind === 'fork' ? from : null;
  const rerun = planRerun(plan.plan, { runId: originId, actions }, { kind, from: step }, at);
  if ('unknown' in rerun) {
    const slugs = plan.plan.steps.flatMap((planned) => planned.actions.map(({ slug }) => slug));
    return refused('invalid', 'from', `No step has the slug ${from}; there are ${slugs.join(', ')}.`);
  }
  if ('missing' in rerun) {
    const message = `${rerun.missing} lies before, and the run has no outcome of it; begin there or earlier.`;
    return refused('invalid', 'from', message);
  }
  return { original: request, origin: { kind, runId: originId, from: step }, plan, rerun };
};

/** Words for where to begin; everything else is a slug. */
const kinds: Readonly<Record<string, RunOrigin['kind']>> = { whole: 'whole', failed: 'from-failed' };

const refused = (...[code, field, message]: Parameters<typeof refusal>): Refused => ({
  refused: [refusal(code, field, message)],
});

const endedRun = async (store: EventStore, runId: string, org: string): Promise<EndedRun | Refused> => {
  const events = await store.read(streams.run(runId));
  const run = events.filter(isRunEvent).reduce(evolveRun, noRun);
  if (run.status === 'absent' || events[0]?.metadata.org !== org) {
    return refused('not-found', 'id', `No workflow event has the id ${runId}.`);
  }
  if (run.status === 'open') {
    return refused('in-use', 'id', 'The run is not over; wait for its end, or cancel it.');
  }
  return run;
};

const sealedPlan = async (store: EventStore, hash: string): Promise<Plan> => {
  const sealed = (await store.read(streams.plan(hash))).find(isPlanSealed);
  if (!sealed) throw new Error(`plan ${hash} is not in the event store`);
  return completePlan(sealed.data.plan);
};
