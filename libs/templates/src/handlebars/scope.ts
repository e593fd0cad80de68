import type { Reference } from '../reference.ts';
import type { Document } from '../output/document.ts';

/** What a compilation knows of the scopes that will be open at run time, innermost first. */
export type StaticScope = Readonly<{ blockParams: readonly string[]; parent: StaticScope | undefined }>;

export const depthOf = (scope: StaticScope): number => (scope.parent ? 1 + depthOf(scope.parent) : 0);

export type Compilation = Readonly<{
  document: Document;
  scope: StaticScope;
  references: Reference[];
  nesting: number;
}>;

export const opened = (compilation: Compilation, blockParams: readonly string[] = []): Compilation => ({
  ...compilation,
  scope: { blockParams, parent: compilation.scope },
});
