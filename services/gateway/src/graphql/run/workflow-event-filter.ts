import type { RunFilter } from '@karrio/read-model';
import { builder, type BuilderTypes } from '../builder.ts';
import {
  AutomationEventState,
  AutomationEventStatus,
  AutomationEventType,
  WorkflowEventOrderEnum,
} from '../enum.ts';
import { pageFields, wrong } from '../page.ts';

type Fields = PothosSchemaTypes.InputFieldBuilder<BuilderTypes, 'InputObject'>;

/** What the parameters hold, and how long it took. */
const measuredFields = (t: Fields) => ({
  parameters_key: t.stringList({ description: 'Runs whose parameters have one of these keys.' }),
  parameters_path: t.string({
    description:
      'Runs in whose parameters this SQL/JSON path finds something, such as $.order.total ? (@ > 100) or $.lines[*] ? (@.sku == "A1").',
  }),
  created_after: t.field({ type: 'DateTime', description: 'Those asked for then or later.' }),
  created_before: t.field({ type: 'DateTime', description: 'Those asked for before.' }),
  duration_ms_min: t.float({ description: 'Of those that are over: that took so long or longer.' }),
  duration_ms_max: t.float({ description: 'Of those that are over: that took so long or less.' }),
});

export const WorkflowEventFilter = builder.inputType('WorkflowEventFilter', {
  description: 'Which runs, and which page of them.',
  fields: (t) => ({
    ...pageFields(t),
    keyword: t.string({
      description:
        'The id of a run or of a workflow, a part of a workflow’s name, or a text that the parameters have as a value, such as an order’s number.',
    }),
    status: t.field({ type: AutomationEventStatus, description: 'Those that are this far.' }),
    statuses: t.field({
      type: [AutomationEventStatus],
      description: 'Those that are as far as one of these.',
    }),
    state: t.field({ type: AutomationEventState, description: 'Those that are held or wait like this.' }),
    event_type: t.field({ type: AutomationEventType, description: 'Those that this asked for.' }),
    workflow_id: t.string({ description: 'Those of this workflow.' }),
    trigger_id: t.string({ description: 'Those that this trigger started.' }),
    request_id: t.string({ description: 'Those that the request of this X-Request-ID caused.' }),
    ...measuredFields(t),
    order_by: t.field({ type: WorkflowEventOrderEnum, description: 'In which order; newest unless given.' }),
  }),
});

/** Longer paths are programs. */
const pathCharsMax = 500;
const keysMax = 20;

type Filter = typeof WorkflowEventFilter.$inferInput;

/** @throws GraphQLError naming the field that cannot be meant. */
export const runFilterOf = (filter: Filter | null | undefined): RunFilter => {
  for (const [field, message] of Object.entries(flawsOf(filter ?? {}))) {
    if (message) throw wrong(field, message);
  }
  return filter ?? {};
};

const flawsOf = ({ parameters_path, parameters_key, statuses, ...filter }: Filter) => ({
  parameters_path:
    isLonger(parameters_path, pathCharsMax) && `is longer than ${pathCharsMax} characters; shorten it`,
  parameters_key: isLonger(parameters_key, keysMax) && `has more than ${keysMax} keys; give fewer`,
  statuses: statuses?.length === 0 && 'is empty; name a status, or leave it out',
  duration_ms_min: isNegative(filter.duration_ms_min) && 'is less than 0; give milliseconds',
  duration_ms_max: isNegative(filter.duration_ms_max) && 'is less than 0; give milliseconds',
});

const isLonger = (value: Readonly<{ length: number }> | null | undefined, max: number): boolean =>
  value ? value.length > max : false;

const isNegative = (value: number | null | undefined): boolean => typeof value === 'number' && value < 0;
