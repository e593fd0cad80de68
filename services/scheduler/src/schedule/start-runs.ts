import { newId, type CommandName, type CommandReply } from '@karrio/contracts';
import type { Json, JsonObject, RunSlot } from '@karrio/domain';
import { RevisionConflict } from '@karrio/event-store-client';
import type { Bus } from '@karrio/messaging';
import { record, type LedgerPorts } from './fire-slots.ts';
import type { PendingRun, TimedTrigger } from './timed-trigger.ts';

export type StartPorts = LedgerPorts & Readonly<{ bus: Pick<Bus, 'command'> }>;

/** So many requests are under way at once. */
const requestsMax = 2_000;
const timeoutMs = 30_000;
const retryMs = 1_000;
/** Where the backlog is full, room is waited for so long. */
const patienceMs = 60_000;

type Asked = Readonly<{ sinceMs: number; againMs: number }>;

/** `lateMs`: how long a slot is left to the replica that decided it. */
export type StartRuns = (nowMs: number, lateMs: number) => void;

/**
 * Asks the command service for the runs of fired slots until they are in the log, or are refused for good, which
 * their ledger then says. A run asked for twice is the same run. One that takes the place of others waits until these
 * are in the log: what is not there cannot be cancelled, and would begin beside it.
 */
export const createStartRuns = (ports: StartPorts): StartRuns => {
  let asked = new Map<string, Asked>();
  let underWay = 0;

  const ask = async (trigger: TimedTrigger, run: PendingRun, sinceMs: number) => {
    underWay++;
    const answer = await outcomeOf(ports, trigger, run, sinceMs).catch((err: unknown) => {
      if (!(err instanceof RevisionConflict))
        ports.log.warn({ err, run: run.runId }, 'run of a slot not started yet');
      return 'again' as const;
    });
    underWay--;
    asked.set(run.runId, { sinceMs, againMs: ports.now() + (answer === 'again' ? retryMs : timeoutMs) });
  };

  return (nowMs, lateMs) => {
    const before = asked;
    asked = new Map();
    for (const { trigger, run } of ports.triggers.pending()) {
      const known = before.get(run.runId) ?? { sinceMs: nowMs, againMs: nowMs + lateMs };
      const isDue = known.againMs <= nowMs && underWay < requestsMax && !isTooEarly(trigger, run);
      asked.set(run.runId, isDue ? { ...known, againMs: Infinity } : known);
      if (isDue) void ask(trigger, run, known.sinceMs);
    }
  };
};

const isTooEarly = ({ pending }: TimedTrigger, { cancels }: PendingRun): boolean =>
  cancels.some((id) => pending.some(({ runId }) => runId === id));

/** @throws BusUnavailable, CommandTimeout, RevisionConflict, StoreUnavailable */
const outcomeOf = async (
  ports: StartPorts,
  trigger: TimedTrigger,
  run: PendingRun,
  sinceMs: number,
): Promise<'settled' | 'again'> => {
  const { now } = ports;
  const reason = 'The next run of its trigger took its place.';
  await Promise.all(run.cancels.map((id) => send(ports, trigger.org, 'cancel_run', { id, reason })));
  const reply = await send(ports, trigger.org, 'request_run', requestOf(trigger, run));
  if ('accepted' in reply) return 'settled';
  const { code, errors } = reply.rejected;
  if (code === 'expired' || (code === 'backlog-full' && now() - sinceMs < patienceMs)) return 'again';
  const known = ports.triggers.get(trigger.id);
  if (!known?.pending.some(({ runId }) => runId === run.runId)) return 'settled';
  const message = errors.flatMap(({ messages }) => messages).join(' ');
  const at = new Date(now()).toISOString();
  const { slot, runId } = run;
  const { workflowId } = trigger;
  await record(ports, known, [
    { type: 'OccurrenceRefused', data: { workflowId, slot, runId, code, message, at } },
  ]);
  return 'settled';
};

const requestOf = ({ id, workflowId, testMode, parameters }: TimedTrigger, { runId, slot }: PendingRun) => ({
  runId,
  workflowId,
  eventType: 'scheduled',
  testMode,
  parameters: parametersOf(parameters, slot),
  triggerId: id,
  slot,
});

/** What the trigger says, and which slot it is for; parameters that are no object stay as they are. */
const parametersOf = (parameters: Json, { name, dueAt }: RunSlot): Json => {
  const schedule = { slot: name, due_at: dueAt };
  if (parameters === null) return { schedule };
  return isObject(parameters) ? { ...parameters, schedule } : parameters;
};

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const send = (
  { bus, now }: StartPorts,
  org: string,
  name: CommandName,
  payload: Json,
): Promise<CommandReply> => {
  const nowMs = now();
  return bus.command(
    {
      id: newId('command'),
      name,
      org,
      actor: 'scheduler',
      issuedAt: new Date(nowMs).toISOString(),
      expiresAt: new Date(nowMs + timeoutMs).toISOString(),
      payload,
    },
    timeoutMs,
  );
};
