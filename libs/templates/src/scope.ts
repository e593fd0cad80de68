import type { Place } from './problem.ts';

/** What a compilation knows of the scopes that will be open at run time, innermost first. */
export type StaticScope = Readonly<{ blockParams: readonly string[]; parent: StaticScope | undefined }>;

export const depthOf = (scope: StaticScope): number => (scope.parent ? 1 + depthOf(scope.parent) : 0);

/** A name that a template takes from its context, checked against what the caller knows to exist. */
export type Reference = Readonly<{ path: readonly string[]; place: Place }>;

export type Compilation = Readonly<{ scope: StaticScope; references: Reference[]; nesting: number }>;

export const opened = (compilation: Compilation, blockParams: readonly string[] = []): Compilation => ({
  ...compilation,
  scope: { blockParams, parent: compilation.scope },
});
