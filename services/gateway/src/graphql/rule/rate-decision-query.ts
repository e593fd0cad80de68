import { findRateDecision, listRateDecisions } from '@karrio/read-model';
import { builder } from '../builder.ts';
import { connectionType } from '../connection/connection.ts';
import { viewerOf } from '../context.ts';
import { connectionOf, pageOf } from '../page.ts';
import { RateDecisionFilter, RateDecisionType } from './rate-decision-type.ts';

const RateDecisionTypeConnection = connectionType('RateDecisionType', RateDecisionType);

export const addRateDecisionQueries = (): void => {
  builder.queryFields((t) => ({
    rate_decision: t.field({
      permission: 'rates:read',
      type: RateDecisionType,
      nullable: true,
      description: 'A decision on rates by its id; null where there is none.',
      args: { id: t.arg.string({ required: true, description: 'Its id.' }) },
      resolve: async (_, { id }, context) =>
        (await findRateDecision(context.ports.db, viewerOf(context).org, id)) ?? null,
    }),
    rate_decisions: t.field({
      permission: 'rates:read',
      type: RateDecisionTypeConnection,
      description: 'Decisions on rates in the mode of the API key, test or live, newest first.',
      args: { filter: t.arg({ type: RateDecisionFilter, description: 'Which, and which page of them.' }) },
      resolve: async (_, { filter }, context) => {
        const { org, testMode } = viewerOf(context);
        const wanted = { ...filter, test_mode: testMode };
        return connectionOf(await listRateDecisions(context.ports.db, org, wanted, pageOf(filter)));
      },
    }),
  }));
};
