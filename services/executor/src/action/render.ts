import {
  templatesOf,
  type ActionTemplate,
  type Failure,
  type Json,
  type PlannedAction,
} from '@karrio/domain';
import { compileTemplate, renderJson, renderText, type Rendered, type Template } from '@karrio/templates';
import type { TemplateContext } from './action-type.ts';

type Field = ActionTemplate['field'];

export type Result<T> = { readonly value: T } | { readonly failed: Failure };

/** Renders an action's template; undefined where the action has none. */
export const renderField = (
  action: PlannedAction,
  field: Field,
  context: TemplateContext,
  as: 'text' | 'json',
): Result<Json | undefined> => {
  const found = templatesOf(action).find((template) => template.field === field);
  if (!found) return { value: undefined };
  return rendered(found, field, (template) =>
    as === 'json' ? renderJson(template, context) : renderText(template, context),
  );
};

/** A rendering's problem as the failure of the action, with the field and the place in it. */
export const rendered = <T>(
  { source, contentType }: Pick<ActionTemplate, 'source' | 'contentType'>,
  field: string,
  render: (template: Template) => Rendered<T>,
): Result<T> => {
  const compiled = compileTemplate(source, contentType);
  const outcome =
    'problem' in compiled
      ? { problem: { code: 'template-failed', ...compiled.problem } }
      : render(compiled.template);
  if ('value' in outcome) return outcome;
  const { code, message, line, column, excerpt } = outcome.problem;
  const where =
    code === 'invalid-json'
      ? `line ${line}, column ${column} of what it rendered`
      : `line ${line}, column ${column}`;
  return {
    failed: {
      code,
      message: `${field}, ${where}: ${message} Near: ${excerpt}`,
      details: { field, line, column, excerpt },
    },
  };
};
