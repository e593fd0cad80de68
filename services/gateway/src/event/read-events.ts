import { decodeText } from '@karrio/actions';
import { IncomingEvent } from '@karrio/contracts';
import type { Json } from '@karrio/domain';
import type { IncomingHttpHeaders } from 'node:http';
import { jsonFlawIn } from '../http/json-flaw.ts';
import { plainWords } from '../http/plain-words.ts';
import { charsetOf, mediaTypeOf } from '../http/media-type.ts';
import { parseJson } from '../http/parse-json.ts';
import { problem, type Problem } from '../http/problem.ts';

type Events = Readonly<{ events: readonly IncomingEvent[] }> | Readonly<{ problem: Problem }>;

/** Each is a command of its own. */
const eventsMax = 100;

/** The events of a request, in the modes of CloudEvents' HTTP binding: structured, batched, or binary. */
export const eventsIn = (headers: IncomingHttpHeaders, body: Buffer): Events => {
  const type = mediaTypeOf(headers['content-type']);
  if (type === 'application/cloudevents+json') return structured(body, isOne);
  if (type === 'application/cloudevents-batch+json') return structured(body, isBatch);
  if (headers['ce-specversion'] !== undefined) return binary(headers, type, body);
  if (type === 'application/json') return structured(body, () => undefined);
  const message =
    'Send a CloudEvent: as application/cloudevents+json, several as application/cloudevents-batch+json, or one with its attributes in headers that begin with ce-.';
  return { problem: problem('unsupported_body', message) };
};

type Expect = (value: unknown) => string | undefined;

const isOne: Expect = (value) =>
  Array.isArray(value) ? 'is a list, which has the type application/cloudevents-batch+json' : undefined;
const isBatch: Expect = (value) => (Array.isArray(value) ? undefined : 'is no list of events');

const structured = (body: Buffer, expect: Expect): Events => {
  const parsed = parseJson(body.toString('utf8'));
  if ('fault' in parsed) return malformed(`is not valid JSON: ${parsed.fault}`);
  const unexpected = expect(parsed.value);
  return unexpected === undefined ? eventsOf(parsed.value) : malformed(unexpected);
};

const malformed = (fault: string): Events => ({
  problem: problem('malformed_body', `The request's body ${fault}.`),
});

const eventsOf = (value: unknown): Events => {
  if (!Array.isArray(value)) {
    const read = eventOf(value, []);
    return 'problem' in read ? read : { events: [read.event] };
  }
  if (value.length > eventsMax) {
    return {
      problem: problem('validation', `The request has ${value.length} events; send ${eventsMax} at most.`),
    };
  }
  const events: IncomingEvent[] = [];
  for (const [index, each] of value.entries()) {
    const read = eventOf(each, [`[${index}]`]);
    if ('problem' in read) return read;
    events.push(read.event);
  }
  return { events };
};

const eventOf = (
  value: unknown,
  place: readonly string[],
): Readonly<{ event: IncomingEvent }> | Readonly<{ problem: Problem }> => {
  const { success, data, error } = IncomingEvent.safeParse(withoutNulls(value), { error: plainWords });
  const fault = jsonFlawIn(value) ?? error?.issues[0];
  if (success && !fault) return { event: data };
  const field = [...place, ...(fault?.path ?? []).map(String)].join('.');
  return { problem: problem('validation', `${field || 'The event'} ${fault?.message}.`, { field }) };
};

/** An attribute that is null is not there; data may be null. */
const withoutNulls = (event: unknown): unknown =>
  typeof event === 'object' && event !== null && !Array.isArray(event)
    ? Object.fromEntries(Object.entries(event).filter(([name, value]) => value !== null || name === 'data'))
    : event;

const prefix = 'ce-';

/** Attributes are headers, and the body is the data alone. */
const binary = (headers: IncomingHttpHeaders, type: string, body: Buffer): Events => {
  const attributes = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith(prefix) && typeof value === 'string' ? [[name.slice(prefix.length), decoded(value)]] : [],
  );
  const contentType = headers['content-type'];
  const data = dataOf(type, contentType, body);
  if ('fault' in data) return malformed(`is not valid JSON: ${data.fault}`);
  return eventsOf({
    ...Object.fromEntries(attributes),
    ...(contentType === undefined ? {} : { datacontenttype: contentType }),
    ...data,
  });
};

/** Headers hold ASCII alone; the binding percent-encodes everything else. */
const decoded = (value: string): string => {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

type Data = { readonly data?: Json } | { readonly data_base64: string } | { readonly fault: string };

const jsonType = /^(?:application|text)\/(?:[\w.+-]+\+)?json$/;

const dataOf = (type: string, contentType: string | undefined, body: Buffer): Data => {
  if (body.length === 0) return {};
  const text = decodeText(body, type, charsetOf(contentType));
  if (text === undefined) return { data_base64: body.toString('base64') };
  if (type !== '' && !jsonType.test(type)) return { data: text };
  const parsed = parseJson(text);
  return 'fault' in parsed ? parsed : { data: parsed.value };
};
