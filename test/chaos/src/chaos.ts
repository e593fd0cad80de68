import { mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { temporaryFolder } from '@karrio/testing';
import { audit } from './audit/audit.ts';
import type { Disturbance, Evidence, Violation } from './audit/evidence.ts';
import { harmsFor, inflicted, type Victims } from './disturb/disturb.ts';
import { evidenceAfter } from './gather/evidence-after.ts';
import { openGateway } from './load/gateway.ts';
import { driveLoad } from './load/load.ts';
import { shapesFor } from './load/shapes.ts';
import { openOutside } from './outside/outside.ts';
import { seededRandom, shuffled } from './random.ts';
import { startSecondExecutor } from './stack/second-executor.ts';
import { smallDisk } from './stack/small-disk.ts';
import { startStack } from './stack/stack.ts';

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
  CIRCUIT_FAILURES_MAX: '1000000',
  EGRESS_ALLOW: '127.0.0.1',
  LOG_LEVEL: 'warn',
  // Both executors have to open what the gateway sealed.
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
  await using second = await startSecondExecutor({
    ...settings,
    NATS_URL: stack.nats,
    EVENTSTORE_URL: stack.eventstore,
  });
  const gateway = openGateway({ url: stack.gateway, apiKey: stack.apiKey });
  const shapes = shapesFor(outside.url);

  let isOver = false;
  const harming = harm(options, { stack, second, disk, leaseMs }).finally(() => (isOver = true));
  const [starts, disturbances] = await Promise.all([
    driveLoad({ ...options, gateway, shapes, isOver: () => isOver }),
    harming,
  ]);
  say(`${starts.length} runs accepted, ${disturbances.length} times harm done; waiting for their ends`);

  const evidence = await evidenceAfter({ stack, gateway, outside, starts, disturbances, say });
  return { violations: audit(evidence), evidence };
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
    for (const it of shuffled(harmsFor(victims), random)) {
      say(it.name);
      done.push(await inflicted(it));
      await delay(restMs * (0.5 + random()));
    }
  }
  return done;
};
