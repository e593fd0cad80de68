import { defaultSchedulePolicy, type SchedulePolicy } from '@karrio/domain';
import type { WorkflowTriggerRow } from '@karrio/read-model';
import { describeSchedule } from '../../schedule/describe-schedule.ts';
import { isDue, nextRunAt } from '../../schedule/schedule-times.ts';
import { builder, type BuilderTypes } from '../builder.ts';
import type { GraphContext } from '../context.ts';
import { CatchUpPolicyEnum, DstGapEnum, DstRepeatEnum, OverlapPolicyEnum } from '../enum.ts';

type Fields = PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, WorkflowTriggerRow>;

const SchedulePolicyType = builder.objectRef<SchedulePolicy>('SchedulePolicyType').implement({
  description: 'What a schedule does where that is not plain.',
  fields: (t) => ({
    timezone: t.exposeString('timezone', { description: 'The place whose clocks it goes by.' }),
    dst_gap: t.expose('dstGap', {
      type: DstGapEnum,
      nullable: true,
      description: 'A time that the clocks skip; null: run_once where the expression names hours, else skip.',
    }),
    dst_repeat: t.expose('dstRepeat', {
      type: DstRepeatEnum,
      nullable: true,
      description: 'A time that they show twice; null: once where the expression names hours, else twice.',
    }),
    overlap_policy: t.expose('overlapPolicy', {
      type: OverlapPolicyEnum,
      description: 'A slot that is due while a run of the trigger is open.',
    }),
    catch_up_policy: t.expose('catchUpPolicy', {
      type: CatchUpPolicyEnum,
      description: 'Slots that passed while the engine was down.',
    }),
    catch_up_window_ms: t.exposeFloat('catchUpWindowMs', { description: 'Older slots are not caught up.' }),
    jitter_ms: t.exposeInt('jitterMs', { description: 'All slots come later by the same part of this.' }),
    starts_at: t.expose('startsAt', {
      type: 'DateTime',
      nullable: true,
      description: 'No slots before then.',
    }),
    ends_at: t.expose('endsAt', { type: 'DateTime', nullable: true, description: 'No slots from then on.' }),
  }),
});

/** What a trigger has that is scheduled. */
export const scheduleFields = (t: Fields) => ({
  schedule: t.exposeString('schedule', {
    nullable: true,
    description: 'Of a schedule: its cron expression.',
  }),
  schedule_policy: t.field({
    type: SchedulePolicyType,
    nullable: true,
    description: 'Of a schedule: what it does where that is not plain.',
    resolve: ({ trigger_type, schedule_policy }) =>
      trigger_type === 'scheduled' ? (schedule_policy ?? defaultSchedulePolicy) : null,
  }),
  next_run_at: t.field({
    type: 'DateTime',
    nullable: true,
    description:
      'When its schedule starts a run next; null where it is paused, its workflow off, or it ended.',
    resolve: async (trigger, _, { call }) =>
      (await isOn(trigger, call)) ? (nextRunAt(trigger, Date.now()) ?? null) : null,
  }),
  last_run_at: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'When its schedule last started a run; null where it never did.',
    resolve: async ({ id, org_id }, _, { call }) =>
      (await call.loaders(org_id).timesOfTrigger.load(id))?.last_run_at ?? null,
  }),
  is_due: t.boolean({
    description: 'Whether a slot of its schedule has come that nothing was decided about yet.',
    resolve: async (trigger, _, { call }) => {
      if (!(await isOn(trigger, call))) return false;
      const times = await call.loaders(trigger.org_id).timesOfTrigger.load(trigger.id);
      const since = [trigger.updated_at, times?.decided_until ?? trigger.created_at].map(Date.parse);
      return isDue(trigger, Math.max(...since), Date.now());
    },
  }),
  next_run_description: t.string({
    nullable: true,
    description: 'Its schedule in words; null without one.',
    resolve: ({ schedule, schedule_policy }) =>
      schedule === null
        ? null
        : (describeSchedule(schedule, (schedule_policy ?? defaultSchedulePolicy).timezone) ?? null),
  }),
});

/** Whether its slots start runs. */
const isOn = async (
  { is_active, org_id, workflow_id }: WorkflowTriggerRow,
  call: GraphContext['call'],
): Promise<boolean> =>
  is_active && (await call.loaders(org_id).workflow.load(workflow_id))?.is_active === true;
