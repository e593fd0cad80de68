import { actionTemplates } from './action-templates.ts';
import { connectionTemplates } from './connection-templates.ts';
import type { ActionTemplate, MetafieldTemplate } from './template.ts';
import { workflowTemplates } from './workflow-templates.ts';

type Given = Readonly<Record<string, unknown>> & Readonly<{ template_slug?: string | null | undefined }>;

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** What the input says, and for the rest what the template does. */
const laidOver = (template: Readonly<Record<string, unknown>>, input: Given): Given => ({
  ...template,
  ...Object.fromEntries(
    Object.entries(input).filter(([name, value]) => isGiven(value) || !(name in template)),
  ),
});

/** An input for something new with what its template_slug stands for. A slug of no template is a note. */
export const filledConnection = <T extends Given>(input: T): T => {
  const template = connectionTemplates.find(({ slug }) => slug === input.template_slug);
  if (!template) return input;
  const { slug: _, metafields, ...fields } = template;
  return sameKind(input, {
    ...laidOver(fields, input),
    metafields: [...filledMetafields(metafields, input['metafields'])],
  });
};

export const filledAction = <T extends Given>(input: T): T => {
  const template = actionTemplates.find(({ slug }) => slug === input.template_slug);
  return sameKind(input, withConnection(template ? laidOver(fieldsOf(template), input) : input));
};

export const filledWorkflow = <T extends Given>(input: T): T => {
  const template = workflowTemplates.find(({ slug }) => slug === input.template_slug);
  const actions = isList(input['actions']) ? input['actions'] : [];
  const withActions = { ...input, ...(actions.length > 0 ? { actions: actions.map(filledNested) } : {}) };
  if (!template) return sameKind(input, withActions);
  const { description, trigger } = template;
  const filled = laidOver({ description, trigger }, withActions);
  const nodes = input['action_nodes'];
  if (actions.length > 0 || (isList(nodes) && nodes.length > 0)) return sameKind(input, filled);
  return sameKind(input, {
    ...filled,
    actions: template.actions.map((action) => withConnection(laidOver(fieldsOf(action), {}))),
    action_nodes: template.actions.map(({ order }, index) => ({ order, index })),
  });
};

/** One that is there is changed, not made. */
const filledNested = (input: unknown): unknown =>
  isObject(input) && !isGiven(input['id']) && !isGiven(input['slug']) ? filledAction(input) : input;

const fieldsOf = ({ slug, connection, ...fields }: ActionTemplate & { order?: number }) => {
  const { order: _, ...action } = fields;
  return {
    ...action,
    template_slug: slug,
    ...(connection === undefined ? {} : { connection: { template_slug: connection, is_reusable: true } }),
  };
};

const withConnection = (input: Given): Given => {
  const { connection } = input;
  const isNew = isObject(connection) && !isGiven(connection['id']);
  return isNew ? { ...input, connection: filledConnection(connection) } : input;
};

const filledMetafields = (template: readonly MetafieldTemplate[], given: unknown): readonly unknown[] => {
  const inputs = isList(given) ? given : [];
  const keys = new Set(inputs.map((input) => (isObject(input) ? input['key'] : undefined)));
  return [...inputs, ...template.filter(({ key }) => !keys.has(key))];
};

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const isObject = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !isList(value);

/** The templates have the names and the types of the inputs' own fields; what is made of both is checked after. */
const sameKind = <T extends Given>(_: T, filled: Given): T =>
  // oxlint-disable-next-line typescript/consistent-type-assertions -- see above
  filled as T;
