import { evolveRun, noRun } from '@karrio/domain';
import { connectEventStore } from '@karrio/event-store-client';
import { createLogger } from '@karrio/telemetry';
import { eventually } from '@karrio/testing';
import type { Disturbance, Evidence, Fact, ShownRun, Start } from '../audit/evidence.ts';
import type { Gateway } from '../load/gateway.ts';
import type { Outside } from '../outside/outside.ts';
import type { Stack } from '../stack/stack.ts';
import { dumpRows } from './dump-rows.ts';
import { followRuns } from './read-log.ts';
import { readTo, rebuild } from './rebuild.ts';

type World = Readonly<{
  stack: Stack;
  gateway: Gateway;
  outside: Outside;
  starts: readonly Start[];
  disturbances: readonly Disturbance[];
  say: (line: string) => void;
}>;

/** After this it is the audit that says which runs did not. */
const settledMs = 90_000;

/** Waits until all is quiet, and takes down everything that can be known. */
export const evidenceAfter = async (world: World): Promise<Evidence> => {
  const { stack, gateway, outside, starts, disturbances, say } = world;
  await using store = connectEventStore({ url: stack.eventstore, log: createLogger('chaos', 'silent') });
  const closing = new AbortController();
  const log = followRuns(store, closing.signal);
  const ids = starts.flatMap((start) => start.ids);
  const inTime = (what: string, condition: () => boolean | Promise<boolean>) =>
    eventually(what, condition, settledMs).catch((error: unknown) => say(String(error)));

  await inTime('all runs have ended or are parked', () => ids.every((id) => isSettled(log.runs().get(id))));
  await inTime('the projections caught up', async () => (await readTo(stack.postgres)) >= log.position());
  say('quiet; gathering evidence');
  const evidence = {
    starts,
    runs: log.runs(),
    requests: outside.requests(),
    shown: await readAll(gateway, [...log.runs().keys()], say),
    readModels: await dumpRows(stack.postgres),
    rebuilt: await rebuild(stack),
    disturbances,
  };
  closing.abort();
  await log.done;
  return evidence;
};

const isSettled = (facts: readonly Fact[] | undefined): boolean => {
  const run = (facts ?? []).reduce(evolveRun, noRun);
  return run.status === 'ended' || (run.status === 'open' && run.parked !== undefined);
};

const readersMax = 8;

const readAll = async (
  gateway: Gateway,
  ids: readonly string[],
  say: World['say'],
): Promise<ReadonlyMap<string, ShownRun>> => {
  const shown = new Map<string, ShownRun>();
  const left = [...ids];
  const reader = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      try {
        shown.set(id, await gateway.readRun(id));
      } catch (error) {
        say(String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: readersMax }, reader));
  return shown;
};
