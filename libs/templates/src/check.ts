import type { Language } from './language.ts';
import { nearest } from './nearest.ts';
import { placeOf, problemAt, type TemplateProblem } from './problem.ts';
import { isRootName, type Reference, type RootName, rootNames } from './reference.ts';
import { suggestEngine } from './suggest-engine.ts';
import { compileTemplate } from './template.ts';

/** What the caller knows of the place where the template stands; what is left out is not checked. */
export type Known = Readonly<{
  /** The slugs of the steps before. */
  steps?: readonly string[];
  /** What there is here, of all that a context may have. */
  roots?: readonly RootName[];
  /** The names of secret fields: as `connection.<name>` they do not exist here. */
  secrets?: readonly string[];
}>;

/** For the moment of saving: undefined when the template can be rendered. */
export const checkTemplate = (
  source: string,
  { engine, contentType, ...known }: Language & Known,
): TemplateProblem | undefined => {
  const compiled = compileTemplate(source, { engine, contentType });
  if ('problem' in compiled) return compiled.problem;
  const { references, placeInSource } = compiled.template;
  for (const reference of references) {
    const message = complaint(reference, known);
    if (message) return problemAt(source, message, placeInSource(reference.place));
  }
  return engine === 'handlebars' ? unreadTags(source) : undefined;
};

const complaint = ({ path, isPerhapsOwn }: Reference, known: Known): string | undefined => {
  const [name] = path;
  if (isPerhapsOwn || name === undefined) return undefined;
  if (isRootName(name)) return missingRoot(name, known) ?? missingMember(name, path[1], known);
  // A name of its own is empty rather than wrong; one that is nearly a name of the context is a slip.
  const near = nearest(name, known.roots ?? rootNames);
  return near && `There is no ${name} in a template's context; did you mean ${near}?`;
};

const missingRoot = (name: RootName, { roots }: Known): string | undefined => {
  if (!roots || name === 'lib' || roots.includes(name)) return undefined;
  const why = whereabouts[name] ?? 'it does not exist where this template stands';
  return `There is no ${name} here: ${why}. There are ${[...new Set([...roots, 'lib'])].join(', ')}.`;
};

const whereabouts: Partial<Readonly<Record<RootName, string>>> = {
  credentials: "only a connection's own templates have them",
  connection: 'only the templates of an action that uses a connection have it',
  steps: 'only the actions of a workflow have them',
  parameters: 'only the actions of a workflow have them',
};

const missingMember = (name: RootName, member: string | undefined, known: Known): string | undefined => {
  if (member === undefined) return undefined;
  if (name === 'connection' && known.secrets?.includes(member)) {
    return (
      `connection.${member} is a secret: only the header_template and the parameters_template of an ` +
      'http_request can read it.'
    );
  }
  return name === 'steps' && known.steps ? missingStep(member, known.steps) : undefined;
};

const missingStep = (slug: string, steps: readonly string[]): string | undefined => {
  if (steps.includes(slug)) return undefined;
  const near = nearest(slug, steps);
  if (near) return `No step before this one is named ${slug}; did you mean ${near}?`;
  return steps.length === 0
    ? `No step runs before this one, so there is no steps.${slug}.`
    : `No step before this one is named ${slug}; there are ${steps.join(', ')}.`;
};

/** Handlebars takes the tags of Jinja for text, and would render them. */
const unreadTags = (source: string): TemplateProblem | undefined => {
  const tag = /\{%[-+]?\s*[a-z]/.exec(source);
  if (!tag || suggestEngine(source) !== 'jinja') return undefined;
  const message = 'Handlebars has no {% … %} tags. This looks like Jinja: set template_engine to jinja.';
  return problemAt(source, message, placeOf(source, tag.index));
};
