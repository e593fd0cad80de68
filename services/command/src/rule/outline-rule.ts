import { derivedId, type CommandPayload } from '@karrio/contracts';
import { placesOf, refusal, slugOf, validateRule, type Refusal, type RuleDefinition } from '@karrio/domain';
import type { OrgCatalog } from '../catalog/catalog.ts';
import { type Change, type Issue, type Outline, refused } from '../definition/change.ts';
import { pick } from '../definition/pick.ts';

const blank: Omit<RuleDefinition, 'name'> = {
  description: null,
  priority: 1,
  conditions: null,
  actions: null,
  conditionsExtensions: null,
  actionsExtensions: null,
  condition: null,
  furtherActions: [],
  metadata: {},
  templateSlug: null,
};

export const outlineCreateRule = (
  catalog: OrgCatalog,
  payload: CommandPayload<'create_shipping_rule'>,
  { commandId, at }: Issue,
): Outline => {
  const id = derivedId('rule', commandId);
  if (catalog.rule(id)) return { id, changes: [] };
  const definition = laidOver({ ...blank, name: payload.name }, payload);
  const problems = validateRule(definition);
  if (problems.length > 0) return refused(...problems);
  const slug = freeSlug(catalog, payload.name);
  const isActive = payload.isActive ?? true;
  const command = { type: 'CreateRule', id, slug, isActive, definition, at } as const;
  return { id, changes: [{ kind: 'rule', id, command }] };
};

export const outlineUpdateRule = (
  catalog: OrgCatalog,
  { id, isActive, ...fields }: CommandPayload<'update_shipping_rule'>,
  { at }: Issue,
): Outline => {
  const known = catalog.rule(id);
  if (known?.state.status !== 'live') return refused(notFound('id', id));
  const definition = laidOver(known.state.definition, fields);
  const problems = validateRule(definition);
  if (problems.length > 0) return refused(...problems);
  return { id, changes: [{ kind: 'rule', id, command: { type: 'ReviseRule', definition, isActive, at } }] };
};

export const outlineSwitchRule = (
  catalog: OrgCatalog,
  { id }: Readonly<{ id: string }>,
  { at }: Issue,
  type: 'ActivateRule' | 'DeactivateRule' | 'DeleteRule',
): Outline =>
  catalog.rule(id)?.state.status === 'live'
    ? { id, changes: [{ kind: 'rule', id, command: { type, at } }] }
    : refused(notFound('id', id));

/** All or none: a list that leaves a rule out would leave its place to chance. */
export const outlineReorderRules = (
  catalog: OrgCatalog,
  { ids }: CommandPayload<'reorder_shipping_rules'>,
  { at }: Issue,
): Outline => {
  const live = new Set<string>();
  for (const { id, state } of catalog.rules()) if (state.status === 'live') live.add(id);
  const problems = orderProblems(ids, live);
  if (problems.length > 0) return refused(...problems);
  const changes = placesOf(ids).map(({ id, priority }): Change => ({
    kind: 'rule',
    id,
    command: { type: 'ReorderRule', priority, at },
  }));
  return { id: ids[0] ?? '', changes };
};

const orderProblems = (ids: readonly string[], live: ReadonlySet<string>): readonly Refusal[] => {
  const seen = new Set<string>();
  const wrong = ids.flatMap((id, index) => {
    if (!live.has(id)) return [notFound(`ids[${index}]`, id)];
    if (seen.has(id)) return [refusal('invalid', `ids[${index}]`, `${id} is named twice.`)];
    seen.add(id);
    return [];
  });
  const missing = [...live].filter((id) => !ids.includes(id));
  if (missing.length === 0) return wrong;
  const some = missing.slice(0, 5).join(', ');
  return [...wrong, refusal('invalid', 'ids', `Name every rule, active or not; ${some} is missing.`)];
};

type Fields = Partial<Omit<CommandPayload<'update_shipping_rule'>, 'id'>>;

const laidOver = (before: RuleDefinition, { rule = {}, ...fields }: Fields): RuleDefinition => ({
  name: fields.name ?? before.name,
  description: pick(fields.description, before.description),
  priority: fields.priority ?? before.priority,
  conditions: pick(rule.conditions, before.conditions),
  actions: pick(rule.actions, before.actions),
  conditionsExtensions: pick(rule.conditionsExtensions, before.conditionsExtensions),
  actionsExtensions: pick(rule.actionsExtensions, before.actionsExtensions),
  condition: pick(rule.condition, before.condition),
  furtherActions: rule.furtherActions ?? before.furtherActions,
  metadata: fields.metadata ?? before.metadata,
  templateSlug: pick(fields.templateSlug, before.templateSlug),
});

const notFound = (field: string, id: string) =>
  refusal('not-found', field, `No shipping rule has the id ${id}; the shipping_rules query lists them.`);

const freeSlug = (catalog: OrgCatalog, name: string): string => {
  const base = slugOf(name) || 'rule';
  const taken = new Set<string>();
  for (const { state } of catalog.rules()) if (state.status === 'live') taken.add(state.slug);
  if (!taken.has(base)) return base;
  let suffix = 2;
  while (taken.has(`${base}_${suffix}`)) suffix++;
  return `${base}_${suffix}`;
};
