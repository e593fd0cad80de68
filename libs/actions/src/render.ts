import type { Failure, Json } from '@karrio/domain';
import {
  compileTemplate,
  renderJson,
  renderText,
  type RenderProblem,
  type Template,
} from '@karrio/templates';
import type { ActionTemplate } from './action-type.ts';
import type { RenderContext } from './render-context.ts';

export type Failed = { readonly failed: Failure };

export const renderFieldText = (
  template: ActionTemplate,
  context: RenderContext,
): { readonly value: string } | Failed =>
  rendered(template, template.field, (compiled) => renderText(compiled, context));

/** The value of a JSON template and the text it was parsed from. */
export const renderFieldJson = (
  template: ActionTemplate,
  context: RenderContext,
): { readonly value: Json; readonly text: string } | Failed =>
  rendered(template, template.field, (compiled) => renderJson(compiled, context));

/** A rendering, or its problem as the action's failure, with the field and the place in it. */
export const rendered = <R extends object>(
  { source, ...language }: Pick<ActionTemplate, 'source' | 'contentType' | 'engine'>,
  field: string,
  render: (template: Template) => R | { readonly problem: RenderProblem },
): R | Failed => {
  const compiled = compileTemplate(source, language);
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
