import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventsIn } from './read-events.ts';

const read = (headers: Record<string, string>, body: unknown) =>
  eventsIn(
    headers,
    Buffer.from(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)),
  );

const structured = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
const batched = { 'content-type': 'application/cloudevents-batch+json' };
const binary = { 'ce-specversion': '1.0', 'ce-type': 'order.created', 'ce-source': '/shop', 'ce-id': '1' };
const anEvent = { specversion: '1.0', type: 'order.created', source: '/shop', id: '1' };

describe('a request with events', () => {
  // https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md, section 3.2
  const example = {
    specversion: '1.0',
    type: 'com.example.someevent',
    source: '/mycontext',
    subject: null,
    id: 'C234-1234-1234',
    time: '2018-04-05T17:31:00Z',
    comexampleextension1: 'value',
    comexampleothervalue: 5,
    datacontenttype: 'application/json',
    data: { appinfoA: 'abc', appinfoB: 123, appinfoC: true },
  };

  it('has one in structured mode, as the specification shows it', () => {
    const { subject: _, ...event } = example;
    expect(read(structured, example)).toEqual({ events: [event] });
    expect(read({ 'content-type': 'application/json' }, example)).toEqual({ events: [event] });
  });

  it('has several as a batch, in their order, or none', () => {
    const second = { ...anEvent, id: '2', data: null, data_base64: 'AAE=' };
    expect(read(batched, [anEvent, second])).toEqual({ events: [anEvent, second] });
    expect(read(batched, [])).toEqual({ events: [] });
  });

  it('has one in binary mode: attributes in headers, percent-encoded, and the body as its data', () => {
    const headers = {
      ...binary,
      'ce-subject': 'Euro%20%E2%82%AC',
      'ce-karriodepth': '2',
      'content-type': 'application/json',
    };
    expect(read(headers, '{"a":1}')).toEqual({
      events: [
        {
          ...anEvent,
          subject: 'Euro €',
          karriodepth: '2',
          datacontenttype: 'application/json',
          data: { a: 1 },
        },
      ],
    });
  });

  it('keeps data that is falsy, text or bytes', () => {
    const dataOf = (type: string, body: string | Buffer) => read({ ...binary, 'content-type': type }, body);
    expect(dataOf('application/json', '0')).toMatchObject({ events: [{ data: 0 }] });
    expect(dataOf('text/xml', '<a/>')).toMatchObject({ events: [{ data: '<a/>' }] });
    expect(dataOf('application/octet-stream', Buffer.from([0, 255]))).toMatchObject({
      events: [{ data_base64: 'AP8=' }],
    });
    expect(read(binary, '')).toEqual({ events: [anEvent] });
    expect(read(structured, { ...anEvent, data: false })).toEqual({ events: [{ ...anEvent, data: false }] });
  });

  it.each([
    [structured, { ...anEvent, id: undefined }, 'id must be a text'],
    [structured, { ...anEvent, type: '' }, 'type must not be empty'],
    [structured, { ...anEvent, specversion: '0.3' }, 'specversion must be "1.0"'],
    [structured, { ...anEvent, time: 'noon' }, 'time must be a time of RFC 3339'],
    [structured, { ...anEvent, orderId: 'x' }, 'orderId has a name that no attribute has'],
    [structured, { ...anEvent, order: { id: 1 } }, 'order is an extension'],
    [structured, { ...anEvent, data_base64: '%' }, 'data_base64 must be in base64'],
    [structured, { ...anEvent, data: { note: 'a\0b' } }, 'data.note must not contain the character NUL'],
    [batched, [anEvent, { ...anEvent, source: 7 }], '[1].source must be a text'],
    [batched, Array.from({ length: 101 }, () => anEvent), '101 events; send 100 at most'],
    [{ ...binary, 'ce-id': '' }, '', 'id must not be empty'],
  ])('is refused with what is wrong, and where (%#)', (headers, body, message) => {
    expect(read(headers, body)).toEqual({
      problem: expect.objectContaining({ code: 'validation', message: expect.stringContaining(message) }),
    });
  });

  it.each([
    [structured, [anEvent], 'application/cloudevents-batch+json'],
    [batched, anEvent, 'no list'],
    [structured, '{"id":}', 'position 6'],
    [{ ...binary, 'content-type': 'application/json' }, '{"a":', 'position 5'],
  ])('is refused where its body is not what its type says (%#)', (headers, body, message) => {
    expect(read(headers, body)).toEqual({
      problem: { code: 'malformed_body', message: expect.stringContaining(message) },
    });
  });

  it('that is no event is refused, saying how one is sent', () => {
    expect(read({ 'content-type': 'text/plain' }, 'hello')).toEqual({
      problem: { code: 'unsupported_body', message: expect.stringContaining('application/cloudevents+json') },
    });
  });

  it('is answered whatever it holds', () => {
    const headers = fc.dictionary(
      fc.constantFrom('ce-id', 'ce-type', 'ce-source', 'ce-specversion', 'ce-x', 'content-type', 'ce-data'),
      fc.oneof(
        fc.string(),
        fc.constantFrom('1.0', 'application/json', 'application/cloudevents+json', '%E2%82', '%00'),
      ),
    );
    fc.assert(
      fc.property(headers, fc.oneof(fc.uint8Array(), fc.json()), (sent, body) => {
        const events = eventsIn(sent, Buffer.from(body));
        expect('events' in events || events.problem.message.length > 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
