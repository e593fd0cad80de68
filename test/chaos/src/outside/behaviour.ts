import { seededRandom, seedOf } from '../random.ts';

/** How the outside treats a request; in each case what was asked for has taken effect by then, but for `refuse`. */
export type Behaviour = Readonly<{ delayMs: number; does: 'answer' | 'refuse' | 'reset' | 'hang' }>;

/** What an address does to the first request of a key: how often, and what. */
const moods: Readonly<Record<string, Readonly<{ share: number; does: Behaviour['does'] }>>> = {
  '/flaky': { share: 1, does: 'refuse' },
  '/forgetful': { share: 0.5, does: 'reset' },
  '/effects': { share: 0.5, does: 'reset' },
  '/silent': { share: 0.3, does: 'hang' },
};

const slowShare = 0.15;
const slowMs = 1_200;
const quickMs = 40;
/** What a schedule of seconds calls, so that its slots overlap. */
const lastingMs = 700;

/** The same for the same request of the same key, whatever else happens; slow ones are found out by a kill. */
export const behaviourOf = (seed: number, path: string, key: string, count: number): Behaviour => {
  const random = seededRandom(seedOf(seed, `${path} ${key} ${count}`));
  const leastMs = path === '/slow' ? lastingMs : 0;
  const delayMs = leastMs + Math.round(random() * (random() < slowShare ? slowMs : quickMs));
  const mood = moods[path.replace(/(?<=.)\/.*/, '')];
  if (mood && count === 1 && random() < mood.share) return { delayMs, does: mood.does };
  // Some are refused twice.
  if (path === '/flaky' && count === 2 && random() < 0.4) return { delayMs, does: 'refuse' };
  return { delayMs, does: 'answer' };
};
