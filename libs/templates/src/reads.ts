import type { Template } from './template.ts';

/**
 * What a template may read of its context: `['connection', 'access_token']`, `['connection']` where it takes all of
 * it or says only at run time what it takes, and `[]` where that is so of the whole context.
 */
export const readsOf = ({ references }: Template): readonly (readonly string[])[] => {
  const paths = new Map(references.map(({ path }) => [JSON.stringify(path), path]));
  return [...paths.values()];
};

const secretRoots = ['credentials', 'connection', 'metafields'] as const;

/** Whether what it renders may hold a secret. */
export const mayHoldSecrets = (template: Template): boolean =>
  secretRoots.some((root) => readsRoot(template, root));

/** Whether rendering the template may show what is under a root of its context. */
export const readsRoot = (template: Template, root: string): boolean =>
  template.references.some(({ path }) => path.length === 0 || path[0] === root);
