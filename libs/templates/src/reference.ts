import type { Place } from './problem.ts';

/** A name that a template takes from its context; the empty path takes all of it. */
export type Reference = Readonly<{
  path: readonly string[];
  place: Place;
  /** The name may be the template's own where this stands: no reason to complain, but a reason to be careful. */
  isPerhapsOwn?: boolean;
}>;

/** The roots of a context. `lib` holds helpers and no data; `now` is the recorded time of the rendering. */
export const rootNames = [
  'parameters',
  'steps',
  'connection',
  'credentials',
  'metadata',
  'metafields',
  'now',
  'lib',
] as const;
export type RootName = (typeof rootNames)[number];

export const isRootName = (name: string): name is RootName => rootNames.some((known) => known === name);
