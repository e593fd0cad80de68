import { defaultSchedulePolicy, openSchedule, type Occurrence, type Schedule } from '@karrio/domain';
import { findTrigger } from '@karrio/read-model';
import { GraphQLError } from 'graphql';
import { describeSchedule } from '../../schedule/describe-schedule.ts';
import { previewOf, type ChangeOfClocks, type Preview } from '../../schedule/preview.ts';
import { builder } from '../builder.ts';
import { viewerOf, type GraphContext } from '../context.ts';
import { SchedulePolicyInput } from './trigger-input.ts';

const PreviewedSlotType = builder.objectRef<Occurrence>('PreviewedSlotType').implement({
  description: 'A slot that is to come.',
  fields: (t) => ({
    slot: t.exposeString('slot', { description: 'As the clocks of its place will show it.' }),
    due_at: t.field({
      type: 'DateTime',
      description: 'When it is due.',
      resolve: ({ atMs }) => new Date(atMs).toISOString(),
    }),
    runs: t.exposeBoolean('runs', { description: 'Whether it starts a run.' }),
    dst: t.string({
      nullable: true,
      description:
        'What a change of the clocks makes of it: skipped, moved (run when they have moved on), first, second (of a time shown twice) or not-repeated.',
      resolve: ({ dst }) => dst ?? null,
    }),
  }),
});

const ClockChangeType = builder.objectRef<ClockChange>('ClockChangeType').implement({
  description: 'A change of the clocks, and the slots that it touches.',
  fields: (t) => ({
    at: t.field({
      type: 'DateTime',
      description: 'When the clocks change.',
      resolve: ({ change }) => new Date(change.atMs).toISOString(),
    }),
    shift_minutes: t.int({
      description: 'By how much they are put forward; negative: back.',
      resolve: ({ change }) => Math.round((change.after - change.before) / 60_000),
    }),
    slots: t.field({
      type: [PreviewedSlotType],
      description: 'The slots that it touches, at most 100.',
      resolve: ({ slots }) => slots,
    }),
  }),
});
type ClockChange = ChangeOfClocks;

type ShownPreview = Preview & Readonly<{ schedule: Schedule }>;

const SchedulePreviewType = builder.objectRef<ShownPreview>('SchedulePreviewType').implement({
  description: 'What a schedule will do within a year.',
  fields: (t) => ({
    description: t.string({
      nullable: true,
      description: 'The schedule in words.',
      resolve: ({ schedule }) => describeSchedule(schedule.expression, schedule.timezone) ?? null,
    }),
    timezone: t.string({
      description: 'Whose clocks it goes by.',
      resolve: ({ schedule }) => schedule.timezone,
    }),
    slots: t.field({
      type: [PreviewedSlotType],
      description: 'The next ones.',
      resolve: ({ slots }) => slots,
    }),
    clock_changes: t.field({
      type: [ClockChangeType],
      description: 'The changes of the clocks within the year.',
      resolve: ({ changes }) => changes,
    }),
  }),
});

const firstMax = 500;

export const addSchedulePreview = (): void => {
  builder.queryFields((t) => ({
    schedule_preview: t.field({
      permission: 'definitions:read',
      type: SchedulePreviewType,
      description:
        'The next slots of a trigger, or of a schedule that is tried out, and what the changes of the clocks within a year make of its slots.',
      args: {
        trigger_id: t.arg.string({
          description: 'The trigger; what is given beside it takes the place of what it has.',
        }),
        schedule: t.arg.string({ description: 'A cron expression.' }),
        schedule_policy: t.arg({ type: SchedulePolicyInput, description: 'Its time zone, and more.' }),
        from: t.arg({ type: 'DateTime', description: 'From when on; now unless given.' }),
        first: t.arg.int({ description: `How many slots, 1 to ${firstMax}; 20 unless given.` }),
      },
      resolve: async (_, { trigger_id, schedule, schedule_policy, from, first }, context) => {
        const known = trigger_id ? await triggerOf(context, trigger_id) : undefined;
        const wanted = laidOver(known, schedule, schedule_policy ?? undefined);
        const opened = openSchedule(wanted);
        if ('refused' in opened) {
          throw wrong(opened.refused.map(({ field, message }) => [field, message]));
        }
        const count = first ?? 20;
        if (count < 1 || count > firstMax) throw wrong([['first', `It must be between 1 and ${firstMax}.`]]);
        return { schedule: wanted, ...previewOf(opened, from ? Date.parse(from) : Date.now(), count) };
      },
    }),
  }));
};

const triggerOf = async (context: GraphContext, id: string): Promise<Schedule> => {
  const row = await findTrigger(context.ports.db, viewerOf(context).org, id);
  if (!row?.schedule) throw wrong([['trigger_id', `No scheduled trigger has the id ${id}.`]]);
  return { ...(row.schedule_policy ?? defaultSchedulePolicy), expression: row.schedule };
};

type PolicyInput = typeof SchedulePolicyInput.$inferInput;

const laidOver = (
  known: Schedule | undefined,
  expression: string | null | undefined,
  input: PolicyInput = {},
): Schedule => {
  const { timezone, dstGap, dstRepeat, startsAt, endsAt, ...before } = known ?? noSchedule;
  return {
    ...before,
    timezone: input.timezone ?? timezone,
    dstGap: input.dst_gap ?? dstGap,
    dstRepeat: input.dst_repeat ?? dstRepeat,
    startsAt: input.starts_at ?? startsAt,
    endsAt: input.ends_at ?? endsAt,
    ...(expression && { expression }),
  };
};

/** What is left out is refused as an empty expression is. */
const noSchedule: Schedule = { ...defaultSchedulePolicy, expression: '' };

const wrong = (fields: readonly (readonly [field: string, message: string])[]): GraphQLError =>
  new GraphQLError(fields.map(([field, message]) => `${field}: ${message}`).join(' '), {
    extensions: {
      code: 'validation',
      status_code: 400,
      validation: Object.fromEntries(fields.map(([field, message]) => [field, [message]])),
    },
  });
