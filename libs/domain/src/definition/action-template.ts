import type { ActionDefinition, ContentType } from './action.ts';

/** A template of an action: `field` is its name in the API, `contentType` says how interpolation escapes. */
export type ActionTemplate = Readonly<{
  field: 'parameters_template' | 'header_template' | 'endpoint';
  source: string;
  contentType: ContentType;
}>;

type TemplateFields =
  'actionType' | 'parametersTemplate' | 'headerTemplate' | 'endpoint' | 'parametersType' | 'contentType';

/** A query string and headers are rendered as JSON, whatever the content type of the body. */
export const templatesOf = (
  definition: Pick<ActionDefinition, TemplateFields>,
): readonly ActionTemplate[] => {
  const { actionType, parametersTemplate, headerTemplate, endpoint, parametersType, contentType } =
    definition;
  const isAlwaysJson = actionType === 'http_request' && parametersType === 'querystring';
  const templates: ActionTemplate[] = [];
  if (parametersTemplate) {
    templates.push({
      field: 'parameters_template',
      source: parametersTemplate,
      contentType: isAlwaysJson ? 'json' : (contentType ?? 'json'),
    });
  }
  if (actionType !== 'http_request') return templates;
  if (headerTemplate) {
    templates.push({ field: 'header_template', source: headerTemplate, contentType: 'json' });
  }
  // What it interpolates is percent-encoded, as in a form.
  if (endpoint) templates.push({ field: 'endpoint', source: endpoint, contentType: 'form' });
  return templates;
};
