import { setTimeout as delay } from 'node:timers/promises';
import type { Start } from '../audit/evidence.ts';
import { seededRandom } from '../random.ts';
import type { Gateway } from './gateway.ts';
import type { Shape } from './shapes.ts';

export type Load = Readonly<{
  gateway: Gateway;
  shapes: readonly Shape[];
  seed: number;
  /** At least so many runs, spread over about so much time; more where `isOver` takes longer. */
  runs: number;
  seconds: number;
  isOver: () => boolean;
}>;

type Drawn = Readonly<{ workflowId: string; trigger: Shape['trigger']; parameters: object }>;

/** A caller gives up on nothing: every start is repeated with its key until it is accepted. */
export const driveLoad = async (load: Load): Promise<readonly Start[]> => {
  const draw = await workflowsOf(load);
  const starting: Promise<Start>[] = [];
  const pauseMs = (load.seconds * 1_000) / load.runs;
  while (starting.length < load.runs || !load.isOver()) {
    starting.push(startUntilAccepted(load, draw(), `chaos-${load.seed}-${starting.length}`));
    await delay(pauseMs);
  }
  return Promise.all(starting);
};

/** Makes the workflows, and gives what draws the next run from them: always the same ones for a seed. */
const workflowsOf = async ({ gateway, shapes, seed }: Load): Promise<() => Drawn> => {
  const deck: Pick<Drawn, 'workflowId' | 'trigger'>[] = [];
  for (const { input, trigger, share } of shapes) {
    const workflowId = await gateway.createWorkflow(input);
    deck.push(...Array.from({ length: share }, () => ({ workflowId, trigger })));
  }
  const random = seededRandom(seed);
  let drawn = 0;
  return () => {
    const card = deck[Math.floor(random() * deck.length)];
    if (!card) throw new Error('there is no shape to draw from');
    // A condition of one run in five is false.
    return { ...card, parameters: { n: ++drawn, least: random() < 0.2 ? 11 : 5 } };
  };
};

const retryMs = 250;
const repeatedShare = 10;
const acceptedMs = 180_000;

const startUntilAccepted = async ({ gateway }: Load, drawn: Drawn, key: string): Promise<Start> => {
  const ask = () => gateway.startRun(drawn.workflowId, drawn.trigger, drawn.parameters, key);
  const deadline = performance.now() + acceptedMs;
  const ids: string[] = [];
  // Some callers ask again though they were answered.
  const wanted = Number(key.slice(key.lastIndexOf('-') + 1)) % repeatedShare === 0 ? 2 : 1;
  while (ids.length < wanted) {
    const id = await ask().catch(() => undefined);
    if (id !== undefined) ids.push(id);
    else if (performance.now() > deadline)
      throw new Error(`no answer accepted the run ${key} within 3 minutes`);
    else await delay(retryMs);
  }
  return { idempotencyKey: key, ids };
};
