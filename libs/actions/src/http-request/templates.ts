import type { ContentType } from '@karrio/domain';
import type { ActionTemplate, Templated } from '../action-type.ts';
import { isJsonSource } from '../xml/xml-template.ts';

/** A query string and headers are rendered as JSON, whatever the content type of the body. */
export const requestTemplates = (definition: Templated): readonly ActionTemplate[] => {
  const { parametersTemplate, headerTemplate, endpoint, templateEngine: engine } = definition;
  const templates: ActionTemplate[] = [];
  if (parametersTemplate?.trim()) {
    const contentType = goesInQuery(definition) ? 'json' : bodyType(definition, parametersTemplate);
    templates.push({ field: 'parameters_template', source: parametersTemplate, contentType, engine });
  }
  if (headerTemplate) {
    templates.push({ field: 'header_template', source: headerTemplate, contentType: 'json', engine });
  }
  // What it interpolates is percent-encoded, as in a form: data cannot change the path.
  if (endpoint && /\{[{%]/.test(endpoint)) {
    templates.push({ field: 'endpoint', source: endpoint, contentType: 'form', engine });
  }
  return templates;
};

/** Where the action does not say: a GET or DELETE has its parameters in the query. */
export const goesInQuery = ({ parametersType, method }: Pick<Templated, 'parametersType' | 'method'>) =>
  parametersType === null
    ? method === null || method === 'get' || method === 'delete'
    : parametersType === 'querystring';

const bodyType = ({ contentType }: Templated, source: string): ContentType =>
  contentType === 'xml' && isJsonSource(source) ? 'json' : (contentType ?? 'json');
