import type { Failure, Json, PlannedAction } from '@karrio/domain';
import type { Access, ActionTemplate, TemplateContext } from '../action-type.ts';
import { renderContext, type RenderContext } from '../render-context.ts';
import { rendered, renderFieldJson } from '../render.ts';
import { renderText } from '@karrio/templates';
import type { WireRequest } from '../wire.ts';
import { composeParameters } from './compose-body.ts';
import { composeHeaders } from './compose-headers.ts';
import { composeUrl } from './compose-url.ts';
import { requestTemplates } from './templates.ts';

export type Composed =
  { readonly request: WireRequest; readonly recordedBody: Json | null } | { readonly failed: Failure };

/** The request that an action means; of its connection come host, port and endpoint where it has none. */
export const composeRequest = (
  action: PlannedAction,
  seen: TemplateContext,
  access: Access | undefined,
): Composed => {
  const context = renderContext(action, seen, access);
  const templates = new Map(requestTemplates(action).map((template) => [template.field, template]));
  const endpoint = renderEndpoint(action, templates.get('endpoint'), context);
  if ('failed' in endpoint) return endpoint;
  const parameters = composeParameters(action, templates.get('parameters_template'), context);
  if ('failed' in parameters) return parameters;
  const query = access ? [...parameters.query, ...access.query] : parameters.query;
  const target = composeUrl({ ...placeOf(action), endpoint: endpoint.value }, query);
  if ('failed' in target) return target;
  const given = renderHeaders(templates.get('header_template'), context);
  if ('failed' in given) return given;
  const composed = composeHeaders(given.value, parameters.mimeType, access?.headers);
  if ('failed' in composed) return composed;
  const { url, headers } = withoutUserInfo(target.url, composed.headers);
  const { connectTimeoutMs, timeoutMs } = action.http;
  const method = (action.method ?? 'get').toUpperCase();
  return {
    request: { url, method, headers, body: parameters.body, connectTimeoutMs, timeoutMs },
    recordedBody: parameters.recorded,
  };
};

/** A host of the action's own is not meant to be asked at the port of another. */
const placeOf = ({ host, port, connection }: PlannedAction) =>
  host === null ? { host: connection?.host ?? null, port: port ?? connection?.port ?? null } : { host, port };

/** `/orders/{{parameters.id}}`: a value is percent-encoded, so that data cannot change the path. */
const renderEndpoint = (
  { endpoint, connection }: PlannedAction,
  template: ActionTemplate | undefined,
  context: RenderContext,
) =>
  template
    ? rendered(template, 'endpoint', (compiled) => renderText(compiled, context))
    : { value: endpoint ?? connection?.endpoint ?? null };

const renderHeaders = (template: ActionTemplate | undefined, context: RenderContext) =>
  template ? renderFieldJson(template, context) : { value: null };

/** `https://user:password@host` is a basic credential, which belongs in a header that is masked. */
const withoutUserInfo = (url: URL, headers: WireRequest['headers']) => {
  if (url.username === '' && url.password === '') return { url, headers };
  const credential = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return {
    url,
    headers: { authorization: `Basic ${Buffer.from(credential).toString('base64')}`, ...headers },
  };
};
