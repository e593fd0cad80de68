import { setTimeout as delay } from 'node:timers/promises';
import { CloudEvent, jetStreams, subjects } from '@karrio/contracts';
import { eventually } from '@karrio/testing';
import { connect } from 'nats';
import type { Disturbance } from '../audit/evidence.ts';
import { settlingMs } from '../audit/without-postgres.ts';
import type { Seconds } from '../stack/seconds.ts';
import type { SmallDisk } from '../stack/small-disk.ts';
import type { Stack } from '../stack/stack.ts';
import { familyOf, signalAll } from './processes.ts';

export type Victims = Readonly<{
  stack: Stack;
  seconds: Seconds;
  disk: SmallDisk | undefined;
  leaseMs: number;
}>;

/** One kind of harm. It ends when the part is back. */
export type Harm = Readonly<{
  part: string;
  kind: Disturbance['kind'];
  name: string;
  inflict: () => Promise<void>;
  /** Nothing else is harmed meanwhile. */
  isAlone?: true;
}>;

const stores: ReadonlySet<string> = new Set(['nats', 'postgres', 'event-store']);
const awayMs = 4_000;
const restartMs = 60_000;

/** All that can be done to this stack, each once. */
export const harmsFor = (victims: Victims): readonly Harm[] => {
  const { stack, seconds, disk, leaseMs } = victims;
  const services = stack.parts().filter((part) => !stores.has(part));
  const kills = [...services, ...stores].map((part) => kill(stack, part));
  return [
    ...kills,
    {
      part: 'all',
      kind: 'killed',
      name: 'kill everything',
      isAlone: true,
      inflict: async () => void (await Promise.all(kills.map(({ inflict }) => inflict()))),
    },
    {
      part: 'executor',
      kind: 'killed',
      name: 'kill the second of each: executor, scheduler and gateway',
      inflict: () => seconds.kill().then(seconds.restart),
    },
    {
      part: 'executor',
      kind: 'stopped',
      name: 'stop an executor for longer than its lease',
      inflict: () => standStill(stack, 'executor', () => delay(3 * leaseMs)),
    },
    {
      part: 'postgres',
      kind: 'away',
      name: 'stop Postgres for a while',
      // That runs go on without it can only be seen where nothing else keeps them.
      isAlone: true,
      inflict: () => standStill(stack, 'postgres', () => Promise.all([delay(awayMs), aRunEnds(stack)])),
    },
    {
      part: 'nats',
      kind: 'streams deleted',
      name: 'delete all JetStream streams',
      inflict: () => deleteStreams(stack),
    },
    ...(disk
      ? [
          {
            part: 'nats',
            kind: 'disk full',
            name: 'fill the disk of NATS',
            inflict: () => fillDisk(stack, disk),
          } as const,
        ]
      : []),
  ];
};

/** Two at a time, in their order, where they are not about the same part. */
export const inPairs = (harms: readonly Harm[]): readonly (readonly Harm[])[] => {
  const [first, ...others] = harms;
  if (!first) return [];
  const second = others.find((other) => !first.isAlone && !other.isAlone && other.part !== first.part);
  const pair = second ? [first, second] : [first];
  return [pair, ...inPairs(others.filter((other) => other !== second))];
};

/** Does harm and notes when. What an executor had in hand may be settled up to some leases later. */
export const inflicted = async ({ part, kind, inflict }: Harm): Promise<Disturbance> => {
  const fromMs = Date.now();
  await inflict();
  return { part, kind, fromMs, untilMs: Date.now() };
};

const kill = (stack: Stack, part: string): Harm => ({
  part,
  kind: 'killed',
  name: `kill ${part}`,
  inflict: async () => {
    const pid = await eventually(`${part} runs`, () => stack.pidOf(part), restartMs);
    signalAll([pid], 'SIGKILL');
    const isOther = () => {
      const now = stack.pidOf(part);
      return now !== undefined && now !== pid;
    };
    await eventually(`${part} runs again`, isOther, restartMs);
  },
});

/** For as long as `meanwhile` takes. */
const standStill = async (stack: Stack, part: string, meanwhile: () => Promise<unknown>): Promise<void> => {
  const pid = await eventually(`${part} runs`, () => stack.pidOf(part), restartMs);
  const family = familyOf(pid);
  signalAll(family, 'SIGSTOP');
  try {
    await meanwhile();
  } finally {
    signalAll(family, 'SIGCONT');
  }
};

/** Nothing ends within seconds where others have the cores. What does not end at all, the audit tells. */
const aRunEnds = async (stack: Stack): Promise<void> => {
  const fromMs = Date.now() + settlingMs;
  const connection = await connect({ servers: stack.nats });
  const ends = connection.subscribe(subjects.event.matching({ entity: 'workflow_event' }));
  const patience = setTimeout(() => ends.unsubscribe(), restartMs);
  try {
    for await (const message of ends) {
      const { type, time } = CloudEvent.parse(message.json());
      if (endTypes.has(type) && Date.parse(time) >= fromMs) return;
    }
  } finally {
    clearTimeout(patience);
    await connection.close();
  }
};
const endTypes: ReadonlySet<string> = new Set([
  'io.karrio.workflow_event.succeeded',
  'io.karrio.workflow_event.aborted',
]);

const deleteStreams = async (stack: Stack): Promise<void> => {
  const connection = await connect({ servers: stack.nats });
  try {
    const manager = await connection.jetstreamManager();
    const ours: ReadonlySet<string> = new Set(Object.values(jetStreams).map(({ name }) => name));
    // One that went with a NATS that was killed may not be back yet.
    for await (const name of manager.streams.names()) if (ours.has(name)) await manager.streams.delete(name);
  } finally {
    await connection.close();
  }
};

/** nats-server switches JetStream off when its disk is full, until it is started again: the operator's turn. */
const fillDisk = async (stack: Stack, disk: SmallDisk): Promise<void> => {
  const pid = await eventually('nats runs', () => stack.pidOf('nats'), restartMs);
  await disk.fill(pid);
  await delay(awayMs);
  await disk.free(pid);
  await kill(stack, 'nats').inflict();
};
