import { templatesOf } from '@karrio/actions';
import { refusal, type ActionDefinition, type ActionNode, type Refusal } from '@karrio/domain';
import { checkTemplate } from '@karrio/templates';
import type { OrgCatalog } from '../catalog/catalog.ts';
import type { Change } from '../definition/change.ts';

/** Where an action of the input stands in it, by slug: what its errors are said of. */
export type Places = ReadonlyMap<string, string>;

/** A template may name the steps of lower orders; any other is a slip that would show only at run time. */
export const checkSteps = (
  catalog: OrgCatalog,
  nodes: readonly ActionNode[],
  changes: readonly Change[],
  places: Places,
): readonly Refusal[] =>
  nodes.flatMap(({ slug, order }, index) => {
    const definition = definitionOf(catalog, changes, slug);
    if (!definition) return [];
    const steps = nodes.filter((node) => node.order < order).map((node) => node.slug);
    return templatesOf(definition).flatMap(({ field, source, ...language }) => {
      const problem = checkTemplate(source, { ...language, steps });
      if (!problem) return [];
      const { line, column, message } = problem;
      const place = places.get(slug);
      const path = place === undefined ? `action_nodes[${index}].slug` : `${place}${field}`;
      const whose = place === undefined ? `${slug}.${field}, ` : '';
      return [refusal('invalid', path, `${whose}line ${line}, column ${column}: ${message}`)];
    });
  });

const definitionOf = (
  catalog: OrgCatalog,
  changes: readonly Change[],
  slug: string,
): ActionDefinition | undefined => {
  const saved = catalog.actionBySlug(slug);
  for (const { kind, id, command } of changes) {
    if (kind !== 'action') continue;
    if (command.type === 'CreateAction' && command.slug === slug) return command.definition;
    if (command.type === 'ReviseAction' && id === saved?.id) return command.definition;
  }
  return saved?.state.status === 'live' ? saved.state.definition : undefined;
};
