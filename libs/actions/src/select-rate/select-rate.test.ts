import { describe, expect, it } from 'vitest';
import { planAction, validateAction } from '../action-types.ts';
import { aContext, anAction } from '../planned-action.fixture.ts';

const rates = [{ id: 'rat_1', carrier_name: 'ups', total_charge: 10, currency: 'USD' }];
const template = '{"shipment": {{parameters.shipment}}, "rates": {{steps.get_rates.response.rates}}}';
const context = aContext({
  parameters: { shipment: { tags: ['gift'] } },
  steps: { get_rates: { response: { rates } } },
});
const plan = (parametersTemplate: string) =>
  planAction(anAction({ actionType: 'select_rate', parametersTemplate }), context, undefined);

const answered = (body: unknown) => ({
  response: { status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)), receivedAtMs: 0 },
});

describe('an action that selects a rate', () => {
  it('asks the rules for the shipment and the rates that its template renders, at the time of its attempt', async () => {
    const planned = plan(template);
    if (!('effect' in planned)) throw new Error(JSON.stringify(planned));
    const facts = { evaluated_at: context.now, shipment: { tags: ['gift'] }, rates };
    expect(planned.effect.request).toEqual({ method: 'POST', url: 'rules:select', headers: {}, body: facts });
    const asked: unknown[] = [];
    const outcome = await planned.effect.perform(
      {
        send: async ({ url, headers, body }) => {
          asked.push([url.href, headers, JSON.parse(body ?? '')]);
          return answered({ outcome: 'none' });
        },
      },
      { org: 'org_1', depth: 0, signal: new AbortController().signal },
      'wevt_1-choose',
    );
    expect(asked).toEqual([['rules:select', { 'idempotency-key': 'wevt_1-choose' }, facts]]);
    expect(outcome).toMatchObject({ succeeded: { output: { outcome: 'none' } } });
  });

  it('leaves to a person what a rule holds, and says what to do', async () => {
    const planned = plan(template);
    if (!('effect' in planned)) throw new Error(JSON.stringify(planned));
    const decision = { outcome: 'held', message: 'Settle rdec_1.' };
    const outcome = await planned.effect.perform(
      { send: async () => answered(decision) },
      { org: 'org_1', depth: 0, signal: new AbortController().signal },
      'wevt_1-choose',
    );
    expect(outcome).toEqual({ deferred: { output: decision, message: 'Settle rdec_1.' } });
  });

  it.each([
    [200, ''],
    [503, '{"outcome": "none"}'],
  ])('fails where it is answered with %i and %j, and says what a fixture has to be', async (status, body) => {
    const planned = plan(template);
    if (!('effect' in planned)) throw new Error(JSON.stringify(planned));
    const answer = { response: { status, headers: {}, body: Buffer.from(body), receivedAtMs: 0 } };
    const sender = { org: 'org_1', depth: 0, signal: new AbortController().signal };
    expect(await planned.effect.perform({ send: async () => answer }, sender, 'k')).toMatchObject({
      failed: { failure: { code: 'rates-refused', message: expect.stringContaining('fixture') } },
    });
  });

  it('fails where its template renders no rates, with the place of the fault', () => {
    expect(plan('{"shipment": {}, "rates": [{"id": "a"}]}')).toMatchObject({
      failed: { code: 'unclear-rates', message: expect.stringContaining('rates.0.carrier_name') },
    });
    expect(plan('[]')).toMatchObject({ failed: { code: 'unclear-rates' } });
  });

  it('is not saved without a template', () => {
    const definition = anAction({ actionType: 'select_rate', parametersTemplate: ' ' });
    expect(
      validateAction(
        {
          ...definition,
          name: 'n',
          description: null,
          connectionId: null,
          metafields: [],
          templateSlug: null,
        },
        {
          connection: null,
        },
      ),
    ).toMatchObject([{ field: 'parameters_template' }]);
  });
});
