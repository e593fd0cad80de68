import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Act, Settlement, Start } from '../audit/evidence.ts';
import { shuffled, type Random } from '../random.ts';
import type { Headers } from './gateway.ts';
import type { Told } from './load.ts';
import { heldRates } from './held-rates.ts';
import { patiently } from './patiently.ts';
import { probedName } from './shapes.ts';
import type { Tenant } from './tenant.ts';

export type People = Readonly<{
  tenants: readonly Tenant[];
  random: Random;
  /** A run of the last few that were accepted; undefined while there is none. */
  lately: () => Told | undefined;
  isOver: () => boolean;
}>;

/** What they did, and the runs and backtests that they asked for. */
export type Done = Readonly<{
  acts: readonly Act[];
  reruns: readonly Start[];
  settlements: readonly Settlement[];
  backtests: readonly string[];
}>;

type Busy = People &
  Readonly<{
    acts: Act[];
    reruns: Start[];
    settlements: Settlement[];
    backtests: string[];
    key: () => string;
  }>;
type Deed = (busy: Busy, tenant: Tenant) => Promise<void>;

/** People who do things to runs, workflows, schedules and rules, each at least once, until it is over, and leave nothing paused. */
export const busyPeople = async (people: People, name: string): Promise<Done> => {
  let count = 0;
  const key = () => `${name}-${++count}`;
  const busy: Busy = { ...people, acts: [], reruns: [], settlements: [], backtests: [], key };
  const { tenants, random, isOver } = people;
  let deeds: readonly Deed[] = [];
  // On a starved machine it may be over before everything was done, and then an audit would have nothing to look at.
  for (let done = 0; done < deck.length || !isOver(); done++) {
    // Each of them comes before one comes again.
    if (deeds.length === 0) deeds = shuffled(deck, random);
    const [deed, ...others] = deeds;
    deeds = others;
    const tenant = tenants[Math.floor(random() * tenants.length)];
    if (tenant && deed) await deed(busy, tenant);
    await delay(100 + 300 * random());
  }
  return busy;
};

/** Asks until it is answered; gives the answer. */
const change = (
  { key }: Busy,
  { gateway }: Tenant,
  name: string,
  input: object | null,
  shown = '',
): Promise<z.infer<typeof Answered>> => {
  const headers: Headers = { 'idempotency-key': key() };
  return patiently(name, async () => Answered.parse(await gateway.mutate(name, input, shown, headers)));
};

const Answered = z.looseObject({ errors: z.unknown() });
const Rerun = z.object({ workflow_event: z.object({ id: z.string() }) });

const for2s = (random: Random) => delay(800 + 1_200 * random());

const pauseWorkflow: Deed = async (busy, tenant) => {
  const id = tenant.workflowIds[Math.floor(busy.random() * tenant.workflowIds.length)];
  await change(busy, tenant, 'pause_workflow', { id, reason: 'Chaos' });
  await for2s(busy.random);
  await change(busy, tenant, 'resume_workflow', { id });
};

const pauseOrganization: Deed = async (busy, tenant) => {
  await change(busy, tenant, 'pause_organization', { reason: 'Chaos' });
  await for2s(busy.random);
  await change(busy, tenant, 'resume_organization', null);
};

const pauseSchedule: Deed = async (busy, tenant) => {
  const id = tenant.scheduleIds[Math.floor(busy.random() * tenant.scheduleIds.length)];
  await change(busy, tenant, 'update_workflow_trigger', { id, is_active: false });
  await for2s(busy.random);
  await change(busy, tenant, 'update_workflow_trigger', { id, is_active: true });
};

const changeRule: Deed = async (busy, tenant) => {
  const strategy = busy.random() < 0.5 ? 'cheapest' : 'fastest';
  const input = { id: tenant.ruleId, actions: { select_service: { strategy } } };
  await change(busy, tenant, 'update_shipping_rule', input);
};

/** To a run; too late where it has ended. */
const act = async (busy: Busy, { tenant, runId }: Told, kind: Act['kind']): Promise<boolean> => {
  const { errors } = await change(busy, tenant, `${kind}_workflow_event`, { id: runId });
  if (errors === null) busy.acts.push({ kind, runId });
  return errors === null;
};

const cancelRun: Deed = async (busy) => {
  const told = busy.lately();
  if (told) await act(busy, told, 'cancel');
};

const pauseRun: Deed = async (busy) => {
  const told = busy.lately();
  if (!told || !(await act(busy, told, 'pause'))) return;
  await for2s(busy.random);
  await act(busy, told, 'resume');
};

/** From an action on that not every run has, so that some are refused. */
const froms = ['whole', 'failed', 'chaos_after', 'chaos_joined'] as const;

const rerun: Deed = async (busy) => {
  const told = busy.lately();
  if (!told || told.shape === probedName) return;
  const from = froms[Math.floor(busy.random() * froms.length)];
  const key = busy.key();
  const input = { id: told.runId, from };
  const answer = await change({ ...busy, key: () => key }, told.tenant, 'rerun_workflow_event', input, shown);
  if (answer.errors !== null) return;
  const { id } = Rerun.parse(answer).workflow_event;
  busy.reruns.push({ key, runs: 1, answers: [[id]] });
};
const shown = 'workflow_event { id }';

const choices = [{ rate_id: 'quick' }, { rate_id: 'cheap' }, { no_rate: true }] as const;

/** One of those that wait; somebody else may be quicker. */
const settleRate: Deed = async (busy, tenant) => {
  const open = await patiently('held rates are shown', () => heldRates(tenant));
  const decisionId = open[Math.floor(busy.random() * open.length)];
  const choice = choices[Math.floor(busy.random() * choices.length)];
  if (decisionId === undefined || !choice) return;
  const { errors } = await change(busy, tenant, 'settle_rate_decision', { id: decisionId, ...choice });
  const rateId = 'rate_id' in choice ? choice.rate_id : null;
  if (errors === null) busy.settlements.push({ decisionId, rateId });
};

const Backtest = z.object({ id: z.string() });

/** Of all that was decided so far. */
const backtest: Deed = async (busy, tenant) => {
  const now = Date.now();
  const [from, to] = [now - 3_600_000, now].map((ms) => new Date(ms).toISOString());
  const answer = await change(busy, tenant, 'backtest_shipping_rules', { from, to }, 'id');
  if (answer.errors === null) busy.backtests.push(Backtest.parse(answer).id);
};

const deck: readonly Deed[] = [
  pauseWorkflow,
  pauseOrganization,
  pauseSchedule,
  changeRule,
  changeRule,
  cancelRun,
  cancelRun,
  cancelRun,
  pauseRun,
  rerun,
  rerun,
  settleRate,
  settleRate,
  backtest,
];
