import {
  templatesOf,
  type ActionTemplate,
  type Failure,
  type Json,
  type PlannedAction,
} from '@karrio/domain';
import {
  compileTemplate,
  renderJson,
  renderText,
  type RenderProblem,
  type Template,
} from '@karrio/templates';
import type { TemplateContext } from './action-type.ts';

type Field = ActionTemplate['field'];

type Failed = { readonly failed: Failure };

/** The text of an action's template; empty where the action has none. */
export const renderFieldText = (
  action: PlannedAction,
  field: Field,
  context: TemplateContext,
): { readonly value: string } | Failed => {
  const template = templateOf(action, field);
  if (!template) return { value: '' };
  return rendered(template, field, (compiled) => renderText(compiled, context));
};

/** The value of an action's JSON template and the text it was parsed from; undefined where the action has none. */
export const renderFieldJson = (
  action: PlannedAction,
  field: Field,
  context: TemplateContext,
): { readonly value: Json | undefined; readonly text: string } | Failed => {
  const template = templateOf(action, field);
  if (!template) return { value: undefined, text: '' };
  return rendered(template, field, (compiled) => renderJson(compiled, context));
};

const templateOf = (action: PlannedAction, field: Field) =>
  templatesOf(action).find((template) => template.field === field);

/** A rendering, or its problem as the action's failure, with the field and the place in it. */
export const rendered = <R extends object>(
  { source, contentType }: Pick<ActionTemplate, 'source' | 'contentType'>,
  field: string,
  render: (template: Template) => R | { readonly problem: RenderProblem },
): R | Failed => {
  const compiled = compileTemplate(source, { engine: 'handlebars', contentType });
  if ('problem' in compiled) return failed(field, { code: 'template-failed', ...compiled.problem });
  const outcome = render(compiled.template);
  return isProblem(outcome) ? failed(field, outcome.problem) : outcome;
};

const isProblem = (outcome: object): outcome is { readonly problem: RenderProblem } => 'problem' in outcome;

const failed = (field: string, { code, message, line, column, excerpt }: RenderProblem): Failed => {
  const text = code === 'invalid-json' ? ' of what it rendered' : '';
  return {
    failed: {
      code,
      message: `${field}, line ${line}, column ${column}${text}: ${message} Near: ${excerpt}`,
      details: { field, line, column, excerpt },
    },
  };
};
