import { templatesOf, validateAction } from '@karrio/actions';
import type { InlineAction } from '@karrio/contracts';
import { laterActionFields, refusal, type ActionDefinition, type Refusal } from '@karrio/domain';
import { checkTemplate } from '@karrio/templates';
import { pick } from '../definition/pick.ts';

type Shaped = Readonly<{ definition: ActionDefinition }> | Readonly<{ refused: readonly Refusal[] }>;

/** The input laid over what is (on update) or over the defaults. `path` leads the fields of its errors: `actions[0].`. */
export const shapeAction = (
  input: InlineAction,
  known: ActionDefinition | undefined,
  path: string,
): Shaped => {
  const before = known ?? blank(input);
  if (!before) return { refused: missing(input, path) };
  const definition: ActionDefinition = {
    name: input.name ?? before.name,
    actionType: input.actionType ?? before.actionType,
    description: pick(input.description, before.description),
    host: pick(input.host, before.host),
    port: pick(input.port, before.port),
    endpoint: pick(input.endpoint, before.endpoint),
    method: pick(input.method, before.method),
    parametersType: pick(input.parametersType, before.parametersType),
    parametersTemplate: pick(input.parametersTemplate, before.parametersTemplate),
    headerTemplate: pick(input.headerTemplate, before.headerTemplate),
    contentType: pick(input.contentType, before.contentType),
    templateEngine: before.templateEngine,
    connectionId: before.connectionId,
    http: before.http,
    metafields: before.metafields,
    metadata: input.metadata ?? before.metadata,
    templateSlug: pick(input.templateSlug, before.templateSlug),
  };
  const problems = problemsOf(definition, path);
  return problems.length > 0 ? { refused: problems } : { definition };
};

/** A new action before its optional fields; undefined where a required one is missing. */
const blank = ({ name, actionType }: InlineAction): ActionDefinition | undefined => {
  if (name === undefined || actionType === undefined) return undefined;
  return {
    name,
    actionType,
    description: null,
    host: null,
    port: null,
    endpoint: null,
    method: null,
    parametersType: null,
    parametersTemplate: null,
    headerTemplate: null,
    contentType: null,
    ...laterActionFields,
    connectionId: null,
    metafields: [],
    metadata: {},
    templateSlug: null,
  };
};

const missing = ({ name, actionType }: InlineAction, path: string): readonly Refusal[] => {
  const whatFor = 'Say what the action does: http_request, data_mapping or conditional.';
  return [
    ...(name === undefined ? [refusal('invalid', `${path}name`, 'Give the action a name.')] : []),
    ...(actionType === undefined ? [refusal('invalid', `${path}action_type`, whatFor)] : []),
  ];
};

const problemsOf = (definition: ActionDefinition, path: string): readonly Refusal[] => {
  const problems: Refusal[] = [];
  const invalid = (field: string, message: string) =>
    problems.push(refusal('invalid', path + field, message));
  for (const { field, message } of validateAction(definition, { connection: null })) invalid(field, message);
  for (const { field, source, contentType } of templatesOf(definition)) {
    const problem = checkTemplate(source, { engine: definition.templateEngine, contentType });
    if (problem) invalid(field, `line ${problem.line}, column ${problem.column}: ${problem.message}`);
  }
  return problems;
};
