import type { ContentType } from '@karrio/domain';
import { nearest } from './nearest.ts';
import { contextNames } from './path.ts';
import { problemAt, type TemplateProblem } from './problem.ts';
import type { Reference } from './scope.ts';
import { compileTemplate } from './template.ts';

/** What the caller knows to exist when the template will be rendered; what is left out is not checked. */
export type Known = Readonly<{ steps?: readonly string[] }>;

/** For the moment of saving: undefined when the template can be rendered. */
export const checkTemplate = (
  source: string,
  contentType: ContentType,
  known: Known = {},
): TemplateProblem | undefined => {
  const compiled = compileTemplate(source, contentType);
  if ('problem' in compiled) return compiled.problem;
  const { references, placeInSource } = compiled.template;
  for (const reference of references) {
    const message = complaint(reference, known);
    if (message) return problemAt(source, message, placeInSource(reference.place));
  }
  return undefined;
};

const complaint = ({ path: [name = '', slug] }: Reference, { steps }: Known): string | undefined => {
  if (name !== 'steps') {
    // A name of its own is empty rather than wrong; one that is nearly a name of the context is a slip.
    const near = contextNames.some((known) => known === name) ? undefined : nearest(name, contextNames);
    return near && `There is no ${name} in a template's context; did you mean ${near}?`;
  }
  if (slug === undefined || !steps || steps.includes(slug)) return undefined;
  const near = nearest(slug, steps);
  if (near) return `No step before this one is named ${slug}; did you mean ${near}?`;
  return steps.length === 0
    ? `No step runs before this one, so there is no steps.${slug}.`
    : `No step before this one is named ${slug}; there are ${steps.join(', ')}.`;
};
