import type { Failure, Json, PlannedAction, RecordedResponse } from '@karrio/domain';
import { renderText } from '@karrio/templates';
import { STATUS_CODES } from 'node:http';
import type { WireHeaders, WireRequest, WireResponse } from '../../egress/exchange.ts';
import type { HttpClient } from '../../egress/http-client.ts';
import { maskHeaders, maskUrl } from '../../egress/mask.ts';
import type { ActionType, Effect, Outcome, TemplateContext } from '../action-type.ts';
import { rendered, renderFieldJson } from '../render.ts';
import { composeParameters } from './compose-body.ts';
import { composeHeaders } from './compose-headers.ts';
import { composeUrl } from './compose-url.ts';
import { explain } from './explain.ts';
import { parseBody } from './parse-body.ts';

/** Asks another system over HTTP; the parsed body of its answer is the output. */
export const httpRequest = (client: HttpClient): ActionType => ({
  type: 'http_request',
  prepare: (action, context) => {
    const composed = compose(action, context);
    if ('failed' in composed) return composed;
    const { request, recordedBody } = composed;
    const recorded: Effect['request'] = {
      method: request.method,
      url: maskUrl(request.url),
      headers: maskHeaders(request.headers),
      body: recordedBody,
    };
    return {
      effect: {
        request: recorded,
        perform: (signal, idempotencyKey) => perform(client, request, signal, idempotencyKey),
      },
    };
  },
});

type Ready = Readonly<{ request: WireRequest; recordedBody: Json | null }>;

const compose = (action: PlannedAction, context: TemplateContext): Ready | { readonly failed: Failure } => {
  const endpoint = renderEndpoint(action.endpoint, context);
  if ('failed' in endpoint) return endpoint;
  const parameters = composeParameters(action, context);
  if ('failed' in parameters) return parameters;
  const target = composeUrl({ ...action, endpoint: endpoint.value }, parameters.query);
  if ('failed' in target) return target;
  const given = renderFieldJson(action, 'header_template', context);
  if ('failed' in given) return given;
  const composed = composeHeaders(given.value, parameters.mimeType);
  if ('failed' in composed) return composed;
  const { url, headers } = withoutUserInfo(target.url, composed.headers);
  const method = (action.method ?? 'get').toUpperCase();
  return { request: { url, method, headers, body: parameters.body }, recordedBody: parameters.recorded };
};

/** `/orders/{{parameters.id}}`: a value is percent-encoded, so that data cannot change the path. */
const renderEndpoint = (endpoint: string | null, context: TemplateContext) =>
  endpoint?.includes('{{')
    ? rendered({ source: endpoint, contentType: 'form' }, 'endpoint', (template) =>
        renderText(template, context),
      )
    : { value: endpoint };

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

const perform = async (
  client: HttpClient,
  request: WireRequest,
  signal: AbortSignal,
  idempotencyKey: string,
): Promise<Outcome> => {
  const headers = { 'idempotency-key': idempotencyKey, ...request.headers };
  try {
    return interpret(request, await client.send({ ...request, headers }, signal));
  } catch (error) {
    if (signal.aborted) throw error;
    const failure = explain(error, request.url, client.options);
    if (!failure) throw error;
    return { failed: { failure } };
  }
};

const interpret = ({ method, url }: WireRequest, { status, headers, body }: WireResponse): Outcome => {
  const response: RecordedResponse = { status, headers: maskHeaders(flat(headers)), bytes: body.length };
  const parsed = parseBody(headers, body);
  const output = 'value' in parsed ? parsed.value : parsed.text;
  if (status < 200 || status >= 300) {
    const name = [status, STATUS_CODES[status]].filter(Boolean).join(' ');
    const message = `${method} ${url.host}${url.pathname} answered ${name}; its body says why.`;
    return { failed: { failure: { code: 'http-status', message, details: { status } }, output, response } };
  }
  if ('problem' in parsed) {
    return { failed: { failure: { code: 'invalid-response', message: parsed.problem }, output, response } };
  }
  return { succeeded: { output, response } };
};

const flat = (headers: WireHeaders): Readonly<Record<string, string>> => {
  const flattened: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flattened[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flattened;
};
