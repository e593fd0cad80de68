import { describe, expect, it } from 'vitest';
import { planAction, validateAction } from '../action-types.ts';
import { aContext, anAction } from '../planned-action.fixture.ts';

const planned = (parametersTemplate: string, parameters = {}) =>
  planAction(anAction({ actionType: 'wait', parametersTemplate }), aContext({ parameters }), undefined);

describe('a wait', () => {
  it.each([
    ['{"seconds": 30}', { ms: 30_000 }],
    ['{"seconds": 0.5}', { ms: 500 }],
    ['{"seconds": "{{parameters.delay}}"}', { ms: 7_000 }],
    ['{"until": "2026-12-24T09:00:00+01:00"}', { until: '2026-12-24T08:00:00.000Z' }],
  ])('is as long as %s says', (template, wait) => {
    expect(planned(template, { delay: 7 })).toEqual({ wait });
  });

  it.each([
    '{}',
    '[]',
    '{"seconds": -1}',
    '{"seconds": 1e12}',
    '{"until": "tomorrow"}',
    '{"until": 5}',
    '{"seconds": "{{parameters.missing}}"}',
    '{"until": "2026-12-24T09:00:00"}',
    '{"until": "2126-12-24T09:00:00Z"}',
    '30',
  ])('says what to write instead of %s', (template) => {
    expect(planned(template)).toMatchObject({
      failed: { code: 'unclear-wait', message: expect.stringContaining('{"seconds": 30}') },
    });
  });

  it('is not saved without a time', () => {
    const definition = { ...anAction({ actionType: 'wait' }), connectionId: null, metafields: [] };
    expect(validateAction(definition, { connection: null })).toMatchObject([
      { field: 'parameters_template' },
    ]);
  });
});
