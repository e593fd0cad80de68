import type { ResponsePolicy } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { mapResponse } from './map-response.ts';

const aResponse = (over: Partial<ResponsePolicy> = {}): ResponsePolicy => ({
  statusTemplate: '200',
  headerTemplate: null,
  bodyTemplate: null,
  contentType: 'json',
  templateEngine: 'handlebars',
  waitMs: 10_000,
  ...over,
});

const context = {
  parameters: { sku: 'a"b' },
  steps: { quote: { response: { price: 12.5, code: 201 } } },
};
const map = (over: Partial<ResponsePolicy>) => mapResponse(aResponse(over), context);

describe('the answer that a trigger makes of a run', () => {
  it('has status, headers and body by its templates, escaped for what they are', () => {
    expect(
      map({
        statusTemplate: '{{steps.quote.response.code}}',
        headerTemplate: '{"X-Sku": "{{parameters.sku}}", "Cache-Control": "no-store"}',
        bodyTemplate: '{"price": {{steps.quote.response.price}}, "sku": "{{parameters.sku}}"}',
      }),
    ).toEqual({
      status: 201,
      headers: {
        'x-sku': 'a"b',
        'cache-control': 'no-store',
        'content-type': 'application/json; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
      },
      body: '{"price": 12.5, "sku": "a\\"b"}',
    });
  });

  it('is text, XML or a form where the trigger says so, in the language that it says', () => {
    const jinja = map({
      bodyTemplate: '<a>{{ parameters.sku }}</a>',
      contentType: 'xml',
      templateEngine: 'jinja',
    });
    expect(jinja).toMatchObject({
      body: '<a>a&quot;b</a>',
      headers: { 'content-type': 'application/xml; charset=utf-8' },
    });
    expect(map({ bodyTemplate: 'for {{parameters.sku}}', contentType: 'text' })).toMatchObject({
      body: 'for a"b',
    });
  });

  it.each([
    'Set-Cookie',
    'Location',
    'Content-Type',
    'Content-Length',
    'Access-Control-Allow-Origin',
    'X-Org-Id',
    'x-request-id',
    'Refresh',
    'X-A\n',
  ])('does not say %j, which would be believed of this host', (name) => {
    const headerTemplate = JSON.stringify({ [name]: 'x' });
    expect(map({ headerTemplate })).toEqual({ problem: expect.stringContaining('may not set') });
  });

  it('cannot break a header line', () => {
    expect(map({ headerTemplate: '{"X-A": "a\\r\\nSet-Cookie: b"}' })).toEqual({
      problem: expect.stringContaining('line break'),
    });
  });

  it.each(['302', '99', '1000', 'ok', '', '{{steps.none.response.code}}'])(
    'has no status %j',
    (statusTemplate) => {
      expect(map({ statusTemplate })).toHaveProperty('problem');
    },
  );

  it('says where a template fails or gives no JSON', () => {
    expect(map({ bodyTemplate: '{"a": }' })).toEqual({
      problem: expect.stringContaining('body_template, line 1'),
    });
    expect(map({ headerTemplate: '[]' })).toEqual({ problem: expect.stringContaining('JSON object') });
  });
});
