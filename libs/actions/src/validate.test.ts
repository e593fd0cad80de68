import { completeAction, defaultHttpPolicy, defaultRetryPolicy, type ActionDefinition } from '@karrio/domain';
import { describe, expect, it } from 'vitest';
import { templatesOf, validateAction } from './action-types.ts';

const definition = (given: Partial<ActionDefinition> = {}): ActionDefinition =>
  completeAction({
    name: 'Orders',
    actionType: 'http_request',
    description: null,
    host: 'https://api.example.com',
    port: null,
    endpoint: null,
    method: 'get',
    parametersType: null,
    parametersTemplate: null,
    headerTemplate: null,
    contentType: null,
    metadata: {},
    templateSlug: null,
    ...given,
  });
const alone = { connection: null };
const fieldsOf = (given: Partial<ActionDefinition>, surroundings = alone) =>
  validateAction(definition(given), surroundings).map(({ field }) => field);

describe('a definition', () => {
  it('of an HTTP request needs a host and a method', () => {
    expect(fieldsOf({})).toEqual([]);
    expect(fieldsOf({ host: null, method: null })).toEqual(['host', 'method']);
  });

  it('may take the host of its connection', () => {
    const given = definition({ host: null, connectionId: 'wcon_1' });
    expect(validateAction(given, { connection: { host: 'https://shop.example' } })).toEqual([]);
    expect(validateAction(given, { connection: { host: null } })).toEqual([
      { field: 'host', message: expect.stringContaining('Neither the action nor its connection') },
    ]);
  });

  it.each(['data_mapping', 'conditional'] as const)('of a %s needs its template', (actionType) => {
    expect(fieldsOf({ actionType, parametersTemplate: ' ' })).toEqual(['parameters_template']);
    expect(fieldsOf({ actionType, parametersTemplate: '{}' })).toEqual([]);
  });

  it('names statuses as 404, 2xx or a range', () => {
    const http = {
      ...defaultHttpPolicy,
      acceptedStatuses: ['404', '2xx', '200-204', 'ok'],
      retry: { ...defaultRetryPolicy, statuses: ['99'] },
    };
    expect(validateAction(definition({ http }), alone)).toEqual([
      { field: 'accepted_statuses', message: 'ok is no status; write 404, 2xx or 200-204.' },
      { field: 'retry_policy.statuses', message: '99 is no status; write 404, 2xx or 200-204.' },
    ]);
  });
});

describe('the templates of an action', () => {
  const typesOf = (given: Partial<ActionDefinition>) =>
    templatesOf(definition(given)).map(({ field, contentType }) => [field, contentType]);

  it('are those that render something, with what interpolation escapes for', () => {
    expect(typesOf({ endpoint: '/orders' })).toEqual([]);
    expect(
      typesOf({
        method: 'post',
        endpoint: '/orders/{{parameters.id}}',
        headerTemplate: '{}',
        parametersTemplate: '<a/>',
        contentType: 'xml',
      }),
    ).toEqual([
      ['parameters_template', 'xml'],
      ['header_template', 'json'],
      ['endpoint', 'form'],
    ]);
  });

  it('are JSON where they make a query, or the object of an XML document', () => {
    expect(typesOf({ parametersTemplate: '{}', contentType: 'xml' })).toEqual([
      ['parameters_template', 'json'],
    ]);
    const post = { method: 'post', contentType: 'xml' } as const;
    expect(typesOf({ ...post, parametersTemplate: ' {"a": 1}' })).toEqual([['parameters_template', 'json']]);
    expect(typesOf({ ...post, parametersTemplate: '{{parameters.xml}}' })).toEqual([
      ['parameters_template', 'xml'],
    ]);
    expect(typesOf({ ...post, parametersTemplate: '{% if a %}<a/>{% endif %}' })).toEqual([
      ['parameters_template', 'xml'],
    ]);
  });
});
