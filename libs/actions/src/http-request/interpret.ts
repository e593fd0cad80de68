import {
  defaultRetryPolicy,
  type Failure,
  type PlannedAction,
  type RecordedResponse,
  type Recovery,
} from '@karrio/domain';
import { STATUS_CODES } from 'node:http';
import type { Outcome } from '../action-type.ts';
import { maskHeaders } from '../recording/mask.ts';
import type { Redactor } from '../recording/redact.ts';
import type { Answer, WireHeaders, WireRequest, WireResponse } from '../wire.ts';
import { parseBody } from './parse-body.ts';
import { retryAfterMs } from './retry-after.ts';
import { matchesStatus } from './status-pattern.ts';

const acceptedByDefault = ['2xx'];

/** What an answer means for the action. A server may echo what it was sent, so all of it is redacted. */
export const interpretAnswer = (
  { http }: Pick<PlannedAction, 'http'>,
  request: WireRequest,
  answer: Answer,
  redactor: Redactor,
): Outcome => {
  if ('trouble' in answer) {
    const { failure, ...recovery } = answer.trouble;
    return { failed: { failure: redactor.failure(failure), ...recovery } };
  }
  const { status, headers, body } = answer.response;
  const recorded = redactor.headers(maskHeaders(flat(headers)));
  const response: RecordedResponse = { status, headers: recorded, bytes: body.length };
  const parsed = parseBody(headers, body);
  const output = redactor.json('value' in parsed ? parsed.value : parsed.text);
  if (!matchesStatus(http.acceptedStatuses ?? acceptedByDefault, status)) {
    const recovery = recoveryFrom(http, answer.response);
    const failure = redactor.failure(unaccepted(request, status));
    return { failed: { failure, output, response, ...(recovery && { recovery }) } };
  }
  if ('problem' in parsed) {
    const begins = redactor.text(parsed.text).trim().slice(0, excerptCharsMax);
    const message = `${parsed.problem} It begins: ${begins}`;
    return { failed: { failure: { code: 'invalid-response', message }, output, response } };
  }
  return { succeeded: { output, response } };
};

const excerptCharsMax = 120;

const unaccepted = ({ method, url }: WireRequest, status: number): Failure => {
  const name = [status, STATUS_CODES[status]].filter(Boolean).join(' ');
  const message = `${method} ${url.host}${url.pathname} answered ${name}; its body says why.`;
  return { code: 'http-status', message, details: { status } };
};

const recoveryFrom = (
  { retry }: PlannedAction['http'],
  { status, headers, receivedAtMs }: WireResponse,
): Recovery | undefined => {
  if (!matchesStatus((retry ?? defaultRetryPolicy).statuses, status)) return undefined;
  const afterMs = retryAfterMs(headers, receivedAtMs);
  return { again: 'safe', ...(afterMs !== undefined && { afterMs }) };
};

const flat = (headers: WireHeaders): Readonly<Record<string, string>> => {
  const flattened: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flattened[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flattened;
};
