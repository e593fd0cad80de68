import type { InlineAction } from '@karrio/contracts';
import { refusal, templatesOf, type ActionDefinition, type Refusal } from '@karrio/domain';
import { checkTemplate } from '@karrio/templates';

type Shaped = Readonly<{ definition: ActionDefinition }> | Readonly<{ refused: readonly Refusal[] }>;

/** The input laid over what is (on update) or over the defaults. `path` leads the fields of its errors: `actions[0].`. */
export const shapeAction = (
  input: InlineAction,
  known: ActionDefinition | undefined,
  path: string,
): Shaped => {
  const name = input.name ?? known?.name;
  const actionType = input.actionType ?? known?.actionType;
  const missing = [
    ...(name === undefined ? [refusal('invalid', `${path}name`, 'Give the action a name.')] : []),
    ...(actionType === undefined
      ? [
          refusal(
            'invalid',
            `${path}action_type`,
            'Say what the action does: http_request, data_mapping or conditional.',
          ),
        ]
      : []),
  ];
  if (name === undefined || actionType === undefined) return { refused: missing };
  const definition: ActionDefinition = {
    name,
    actionType,
    description: pick(input.description, known?.description),
    host: pick(input.host, known?.host),
    port: pick(input.port, known?.port),
    endpoint: pick(input.endpoint, known?.endpoint),
    method: pick(input.method, known?.method),
    parametersType: pick(input.parametersType, known?.parametersType),
    parametersTemplate: pick(input.parametersTemplate, known?.parametersTemplate),
    headerTemplate: pick(input.headerTemplate, known?.headerTemplate),
    contentType: pick(input.contentType, known?.contentType),
    metadata: input.metadata ?? known?.metadata ?? {},
    templateSlug: pick(input.templateSlug, known?.templateSlug),
  };
  const problems = problemsOf(definition, path);
  return problems.length > 0 ? { refused: problems } : { definition };
};

/** Absent keeps what is, null clears it. */
const pick = <T>(given: T | null | undefined, known: T | null | undefined): T | null =>
  given === undefined ? (known ?? null) : given;

const problemsOf = (definition: ActionDefinition, path: string): readonly Refusal[] => {
  const { actionType, host, method, parametersTemplate } = definition;
  const problems: Refusal[] = [];
  const invalid = (field: string, message: string) =>
    problems.push(refusal('invalid', path + field, message));
  if (actionType === 'http_request') {
    if (!host) invalid('host', 'An HTTP request needs a host, such as https://api.example.com.');
    if (!method) invalid('method', 'An HTTP request needs a method: get, post, put, patch or delete.');
  } else if (!parametersTemplate?.trim()) {
    const what = actionType === 'data_mapping' ? 'the mapping' : 'the condition';
    invalid('parameters_template', `Write ${what} as a template.`);
  }
  for (const { field, source, contentType } of templatesOf(definition)) {
    const problem = checkTemplate(source, contentType);
    if (problem) invalid(field, `line ${problem.line}, column ${problem.column}: ${problem.message}`);
  }
  return problems;
};
