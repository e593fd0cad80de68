import { z } from 'zod';

import { parseHostLimits } from './host-limits.ts';

const count = z.coerce.number().int().min(1);

/** `org_1=3 org_2=1`: who is not named has 1. */
const parseWeights = (text: string): ReadonlyMap<string, number> | string => {
  const weights = new Map<string, number>();
  for (const part of text.split(/[\s,]+/).filter((word) => word !== '')) {
    const [, org, weight] = /^([\w-]+)=(\d{1,3})$/.exec(part) ?? [];
    if (org === undefined || Number(weight) < 1) {
      return `"${part}" is not an organisation and a whole number from 1 to 999, such as org_1=3`;
    }
    weights.set(org, Number(weight));
  }
  return weights;
};

const parsedBy = (parse: (text: string) => ReadonlyMap<string, number> | string) =>
  z
    .string()
    .default('')
    .transform((text, context) => {
      const parsed = parse(text);
      if (typeof parsed !== 'string') return parsed;
      context.addIssue({ code: 'custom', message: parsed });
      return z.NEVER;
    });

/** What fairness and limits read from the environment, to be spread into the service's schema. */
export const dispatchEnv = {
  RUN_CONCURRENCY: count.default(256),
  /** Three quarters of all slots unless set: some are left for others however slow one's runs are. */
  RUN_CONCURRENCY_PER_ORG: count.optional(),
  /** As many as its organisation may have unless set. */
  RUN_CONCURRENCY_PER_WORKFLOW: count.optional(),
  /** Requests that one host may have at once: half of all slots unless set. */
  RUN_CONCURRENCY_PER_HOST: count.optional(),
  /** The same for hosts by name. */
  RUN_CONCURRENCY_OF_HOSTS: parsedBy(parseHostLimits),
  /** Wake-ups that wait in this process as messages. */
  RUN_WAITING_MAX: count.default(256),
  RUN_WEIGHTS: parsedBy(parseWeights),
};

type DispatchEnv = Readonly<z.infer<z.ZodObject<typeof dispatchEnv>>>;

export const dispatchConfig = (env: DispatchEnv) => {
  const slots = env.RUN_CONCURRENCY;
  const perOrg = env.RUN_CONCURRENCY_PER_ORG ?? Math.ceil(slots * 0.75);
  const perWorkflow = env.RUN_CONCURRENCY_PER_WORKFLOW ?? perOrg;
  return {
    limits: { slots, perOrg, perWorkflow },
    hosts: {
      perHost: env.RUN_CONCURRENCY_PER_HOST ?? Math.ceil(slots / 2),
      named: env.RUN_CONCURRENCY_OF_HOSTS,
    },
    waitingMax: env.RUN_WAITING_MAX,
    weights: env.RUN_WEIGHTS,
  };
};
