import type { RateDecisionEvent } from '@karrio/domain';
import { time } from './log.ts';

const rate = { id: 'cheap', total_charge: 10 };

/** A rate that was held, of which a workflow was told, and which a person then settled. */
export const aDecisionHistory = (): readonly RateDecisionEvent[] => {
  const notifications = [{ rule: 'rule_1', workflow: 'tell_sales', parameters: {} }];
  return [
    {
      type: 'RateHeld',
      data: {
        ruleSetHash: 'h',
        facts: { json: { rates: [rate] } },
        trace: { json: { rules: [], rates: [] } },
        decision: {
          outcome: 'held',
          rate: 'cheap',
          rule: 'rule_1',
          strategy: 'cheapest',
          why: null,
          options: {},
          holds: [{ rule: 'rule_1', reason: 'Look.' }],
          notifications,
        },
        testMode: false,
        runId: 'wevt_1',
        at: time(1),
        rate,
        message: 'A person has to decide: Look.',
      },
    },
    { type: 'RateNotificationsDue', data: { notifications, testMode: false, depth: 0, at: time(1) } },
    { type: 'RateNotified', data: { outcomes: [{ runId: 'wevt_2' }], at: time(2) } },
    { type: 'RateDecisionSettled', data: { rateId: 'cheap', rate, note: 'Fine', by: 'key_1', at: time(3) } },
  ];
};
