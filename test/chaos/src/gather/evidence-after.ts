import { setTimeout as delay } from 'node:timers/promises';
import { jetStreams } from '@karrio/contracts';
import { connectEventStore } from '@karrio/event-store-client';
import { createLogger } from '@karrio/telemetry';
import { eventually } from '@karrio/testing';
import type { NatsConnection } from 'nats';
import { unannounced } from '../audit/announced.ts';
import { areOver } from '../audit/backtested.ts';
import type { Act, Disturbance, Evidence, Fact, Log, Settlement, Start } from '../audit/evidence.ts';
import { firedIn, isLedgerWhole, refusedIn } from '../audit/slots.ts';
import { resolveParked, settleRates, stopSchedules } from '../load/close.ts';
import type { Tenant } from '../load/tenant.ts';
import type { Outside } from '../outside/outside.ts';
import type { Stack } from '../stack/stack.ts';
import { readAnnouncements, type Announcements } from './announcements.ts';
import { dumpRows } from './dump-rows.ts';
import { followLog, type LogReader } from './read-log.ts';
import { readTo, rebuild } from './rebuild.ts';
import { readRuns } from './read-runs.ts';

type World = Readonly<{
  stack: Stack;
  nats: NatsConnection;
  tenants: readonly Tenant[];
  outside: Outside;
  starts: readonly Start[];
  acts: readonly Act[];
  settlements: readonly Settlement[];
  backtests: readonly string[];
  disturbances: readonly Disturbance[];
  say: (line: string) => void;
}>;

/** After this it is the audit that says which runs did not. */
const settledMs = 90_000;

/** Brings all to an end, and takes down everything that can be known. */
export const evidenceAfter = async (world: World): Promise<Evidence> => {
  const { stack, nats, tenants, outside, starts, acts, settlements, backtests, disturbances, say } = world;
  await stopSchedules(tenants);
  await using store = connectEventStore({ url: stack.eventstore, log: createLogger('chaos', 'silent') });
  const closing = new AbortController();
  const reader = followLog(store, outside.secrets, closing.signal);
  await using announcements = await readAnnouncements(nats);
  await bringToAnEnd(world, reader, announcements);
  say('quiet; gathering evidence');
  const log = reader.log();
  const [shown, readModels, rebuilt] = await Promise.all([
    readRuns(tenants, log, say),
    dumpRows(stack.postgres),
    rebuild(stack),
  ]);
  closing.abort();
  await reader.done;
  const leaks = [...log.leaks, ...leaksIn(readModels, outside.secrets())];
  const requests = outside.requests();
  const told = { settlements, tried: backtests, announced: announcements.all };
  return { ...log, ...told, leaks, starts, acts, requests, shown, readModels, rebuilt, disturbances };
};

const bringToAnEnd = async (
  { stack, nats, tenants, starts, disturbances, say }: World,
  reader: LogReader,
  { all: announced }: Announcements,
): Promise<void> => {
  const inTime = (what: string, condition: () => boolean | Promise<boolean>) =>
    eventually(what, condition, settledMs).then(
      () => say(what),
      (error: unknown) => say(String(error)),
    );
  const isTakenIn = async () => {
    const manager = await nats.jetstreamManager();
    return (await manager.streams.info(jetStreams.incoming.name)).state.messages === 0;
  };
  await inTime('all events from outside were taken in', isTakenIn);
  await inTime('all slots are decided, and all runs have ended or are parked', () => {
    const log = reader.log();
    return isLedgerWhole(log) && are(isSettled, awaitedIn(log, starts));
  });
  // Whoever is sent again may be parked again.
  await inTime('what was parked has ended, too', async () => {
    await settleRates(tenants);
    await resolveParked(tenants);
    return are(isEnded, reader.log().runs.values());
  });
  await inTime('all backtests are over', () => areOver(reader.log()));
  await inTime('all ends are announced', () => {
    const evidence = { ...reader.log(), announced, disturbances };
    return unannounced(evidence).length === 0;
  });
  await inTime('nothing happens any more', async () => {
    const before = reader.position();
    await delay(quietMs);
    return before === reader.position() && (await readTo(stack.postgres)) >= before;
  });
};

const quietMs = 1_000;

type Run = readonly Fact[] | undefined;

/** Every run of the log, and those that have to be there; what was told to NATS alone may be lost with it. */
const awaitedIn = ({ runs, ledgers }: Log, starts: readonly Start[]): readonly Run[] => [
  ...runs.values(),
  ...starts
    .flatMap(({ answers, publishedMs }) => (publishedMs === undefined ? answers.flat() : []))
    .map((id) => runs.get(id)),
  ...[...ledgers.values()].flatMap(unrefusedIn).map((runId) => runs.get(runId)),
];

const unrefusedIn = (ledger: Ledger): readonly string[] => {
  const refused = refusedIn(ledger);
  return firedIn(ledger).flatMap(({ data: { runId } }) => (refused.has(runId) ? [] : [runId]));
};
type Ledger = Parameters<typeof firedIn>[0];

const are = (condition: (run: Run) => boolean, runs: Iterable<Run>): boolean => [...runs].every(condition);

const ends: ReadonlySet<string> = new Set(['RunSucceeded', 'RunFailed', 'RunAborted', 'RunCancelled']);
const parkings: ReadonlySet<string> = new Set(['RunParked', 'RunRedriven', 'ActionSettled']);

// All runs are looked at many times a second, while the log is read: folding them would hold that up.
const isEnded = (facts: Run): boolean => facts?.some(({ type }) => ends.has(type)) === true;

const isSettled = (facts: Run): boolean =>
  isEnded(facts) || facts?.findLast(({ type }) => parkings.has(type))?.type === 'RunParked';

const leaksIn = (rows: Evidence['readModels'], secrets: readonly string[]): readonly string[] =>
  [...rows].flatMap(([table, texts]) =>
    texts.some((text) => secrets.some((secret) => text.includes(secret))) ? [`table ${table}`] : [],
  );
