import { mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { temporaryFolder } from '@karrio/testing';
import { connect, type NatsConnection } from 'nats';
import { audit } from './audit/audit.ts';
import type { Disturbance, Evidence, Violation } from './audit/evidence.ts';
import { harmsFor, inflicted, inPairs, type Victims } from './disturb/disturb.ts';
import { evidenceAfter } from './gather/evidence-after.ts';
import { openGateway } from './load/gateway.ts';
import { driveLoad, type Told } from './load/load.ts';
import { busyPeople } from './load/people.ts';
import { shapesFor } from './load/shapes.ts';
import { moveIn, openOrganization, type Tenant } from './load/tenant.ts';
import { openOutside } from './outside/outside.ts';
import { seededRandom, shuffled } from './random.ts';
import { startSeconds } from './stack/seconds.ts';
import { smallDisk } from './stack/small-disk.ts';
import { startStack, type Stack } from './stack/stack.ts';

export type ChaosOptions = Readonly<{
  seed: number;
  /** At least so many runs. */
  runs: number;
  /** Over how much time they are started. */
  seconds: number;
  /** How often everything is done that can be done. */
  rounds: number;
  /** nats-server, unless it is on the PATH or fetched. */
  natsServerBin?: string | undefined;
  path: string;
  say: (line: string) => void;
}>;

export type ChaosResult = Readonly<{ violations: readonly Violation[]; evidence: Evidence }>;

const leaseMs = 2_000;

/** Short leases, so that what a dead process held is taken over within seconds, and no circuit opens. */
const settings = {
  RUN_LEASE_MS: String(leaseMs),
  WAKE_AFTER_MS: '1000',
  WAKE_AGAIN_MS: '3000',
  COMMAND_TIMEOUT_MS: '3000',
  COMMAND_LEASE_MS: '3000',
  RULES_LEASE_MS: '2000',
  CIRCUIT_FAILURES_MAX: '1000000',
  EGRESS_ALLOW: '127.0.0.1',
  LOG_LEVEL: 'warn',
  // All of them have to open what the gateway sealed.
  KWE_MASTER_KEY: Buffer.alloc(32, 'chaos').toString('base64'),
};

/** Load, harm, and then, when all is quiet, everything that can be known about it. */
export const chaos = async (options: ChaosOptions): Promise<ChaosResult> => {
  const { seed, say, path } = options;
  await using folder = await temporaryFolder();
  await mkdir(`${folder.path}/nats`);
  const disk = await smallDisk(folder.path, options.natsServerBin);
  if (!disk) say('no disk is filled: user namespaces or nats-server are missing');
  await using outside = await openOutside(seed);
  const natsServerBin = disk?.serverBin ?? options.natsServerBin;
  await using stack = await startStack(folder.path, {
    ...settings,
    PATH: path,
    ...(natsServerBin === undefined ? {} : { NATS_SERVER_BIN: natsServerBin }),
  });
  await using seconds = await startSeconds(stack, settings);
  await using nats = await connectNats(stack.nats);
  const tenants = await moveAllIn(stack, seconds.gateway, nats, outside.url);
  const { starts, acts, settlements, backtests, disturbances } = await disturbed(options, tenants, {
    stack,
    seconds,
    disk,
    leaseMs,
  });
  say(`${starts.length} starts accepted, ${disturbances.length} times harm done; waiting for the ends`);
  const world = { stack, nats, tenants, outside, starts, acts, settlements, backtests, disturbances, say };
  const evidence = await evidenceAfter(world);
  return { violations: audit(evidence), evidence };
};

/** For who publishes events, through whatever happens to the server. */
const connectNats = async (servers: string): Promise<NatsConnection & AsyncDisposable> => {
  const connection = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 200 });
  return Object.assign(connection, { [Symbol.asyncDispose]: () => connection.close() });
};

/** Two organisations with the same workflows. */
const moveAllIn = async (
  stack: Stack,
  secondGateway: string,
  nats: NatsConnection,
  outside: string,
): Promise<readonly Tenant[]> => {
  const urls = [stack.gateway, secondGateway] as const;
  const first = openGateway({ urls, apiKey: stack.apiKey });
  const { apiKey } = await openOrganization(first);
  const other = openGateway({ urls, apiKey });
  const shapes = shapesFor(outside);
  return Promise.all([first, other].map((gateway) => moveIn(gateway, shapes, nats.jetstream())));
};

/** So many of the last runs are those that people do things to: most have not ended. */
const latelyMax = 12;

/** The load, what people do meanwhile, and the harm. */
const disturbed = async (options: ChaosOptions, tenants: readonly Tenant[], victims: Victims) => {
  let isOver = false;
  const harming = harm(options, victims).finally(() => (isOver = true));
  const random = seededRandom(options.seed + 1);
  const told: Told[] = [];
  const tell = (run: Told) => {
    told.push(run);
    if (told.length > latelyMax) told.shift();
  };
  const lately = () => told[Math.floor(random() * told.length)];
  const people = { tenants, random, lately, isOver: () => isOver };
  const [disturbances, starts, ...done] = await Promise.all([
    harming,
    driveLoad({ ...options, tenants, isOver: () => isOver, tell }),
    busyPeople(people, `ada-${options.seed}`),
    busyPeople(people, `ben-${options.seed}`),
  ]);
  return {
    disturbances,
    starts: [...starts, ...done.flatMap(({ reruns }) => reruns)],
    acts: done.flatMap(({ acts }) => acts),
    settlements: done.flatMap(({ settlements }) => settlements),
    backtests: done.flatMap(({ backtests }) => backtests),
  };
};

const restMs = 1_000;

const harm = async (
  { seed, rounds, seconds, say }: ChaosOptions,
  victims: Victims,
): Promise<readonly Disturbance[]> => {
  const random = seededRandom(seed);
  const done: Disturbance[] = [];
  // The load is to be there first.
  await delay(2 * restMs);
  const until = performance.now() + seconds * 1_000;
  for (let round = 1; round <= rounds || performance.now() < until; round++) {
    for (const together of inPairs(shuffled(harmsFor(victims), random))) {
      say(together.map(({ name }) => name).join(', and '));
      done.push(...(await Promise.all(together.map(inflicted))));
      await delay(restMs * (0.5 + random()));
    }
  }
  return done;
};
