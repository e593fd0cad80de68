import type { ActionDefinition, ContentType } from './action.ts';

/** A template of an action: `field` is its name in the API, `contentType` says how interpolation escapes. */
export type ActionTemplate = Readonly<{
  field: 'parameters_template' | 'header_template';
  source: string;
  contentType: ContentType;
}>;

/** A query string, headers and a condition are rendered as JSON, whatever the content type of the body. */
export const templatesOf = (definition: ActionDefinition): readonly ActionTemplate[] => {
  const { actionType, parametersTemplate, headerTemplate, parametersType, contentType } = definition;
  const isAlwaysJson = actionType === 'http_request' && parametersType === 'querystring';
  const templates: ActionTemplate[] = [];
  if (parametersTemplate) {
    templates.push({
      field: 'parameters_template',
      source: parametersTemplate,
      contentType: isAlwaysJson ? 'json' : (contentType ?? 'json'),
    });
  }
  if (headerTemplate && actionType === 'http_request') {
    templates.push({ field: 'header_template', source: headerTemplate, contentType: 'json' });
  }
  return templates;
};
