import { setTimeout as delay } from 'node:timers/promises';
import type { Start } from '../audit/evidence.ts';
import { seededRandom } from '../random.ts';
import { patiently } from './patiently.ts';
import type { Card, Tenant } from './tenant.ts';

/** A run that was accepted, for those who do things to runs. */
export type Told = Readonly<{ tenant: Tenant; shape: string; runId: string }>;

export type Load = Readonly<{
  tenants: readonly Tenant[];
  seed: number;
  /** At least so many starts, spread over about so much time; more where `isOver` takes longer. */
  runs: number;
  seconds: number;
  isOver: () => boolean;
  tell: (told: Told) => void;
}>;

/** A caller gives up on nothing: every start is repeated with its key until it is accepted. */
export const driveLoad = async (load: Load): Promise<readonly Start[]> => {
  const draw = drawFrom(load);
  const starting: Promise<Start>[] = [];
  const pauseMs = (load.seconds * 1_000) / load.runs;
  while (starting.length < load.runs || !load.isOver()) {
    const key = `chaos-${load.seed}-${starting.length}`;
    starting.push(startUntilAccepted(load, draw(), key, starting.length));
    await delay(pauseMs);
  }
  return Promise.all(starting);
};

type Drawn = Readonly<{ tenant: Tenant; card: Card; parameters: object }>;

/** Always the same ones for a seed. */
const drawFrom = ({ tenants, seed }: Load): (() => Drawn) => {
  const deck = tenants.flatMap((tenant) =>
    tenant.cards.flatMap((card) => Array.from({ length: card.share }, () => ({ tenant, card }))),
  );
  const random = seededRandom(seed);
  let drawn = 0;
  return () => {
    const drew = deck[Math.floor(random() * deck.length)];
    if (!drew) throw new Error('there is no shape to draw from');
    // A condition of one run in five is false.
    return { ...drew, parameters: { n: ++drawn, least: random() < 0.2 ? 11 : 5 } };
  };
};

/** Of so many starts one is asked for once more when it was accepted, and one by three callers at once. */
const oneIn = 10;

const startUntilAccepted = async (
  { tell }: Load,
  { tenant, card, parameters }: Drawn,
  key: string,
  index: number,
): Promise<Start> => {
  const ask = () => patiently(`${card.name} ${key} is accepted`, () => card.ask(key, parameters));
  const answers = await Promise.all(Array.from({ length: index % oneIn === 1 ? 3 : 1 }, ask));
  const publishedMs = Date.now();
  if (index % oneIn === 0) answers.push(await ask());
  for (const runId of answers[0] ?? []) tell({ tenant, shape: card.name, runId });
  return { key, runs: card.runs, answers, ...(card.isPublished && { publishedMs }) };
};
