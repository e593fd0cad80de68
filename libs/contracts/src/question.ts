import { actionTypes, httpMethods } from '@karrio/domain';
import { z } from 'zod';
import { FieldErrors, rejectionCodes, WorkflowDraft } from './command.ts';
import { GivenId } from './given-id.ts';
import { IncomingEvent } from './incoming-event.ts';
import { JsonValue } from './json-value.ts';
import { LogPosition } from './notice.ts';
import { ruleQuestionPayloads } from './rule.ts';

const plan = z.enum(['original', 'current']);
export type PlanChoice = z.infer<typeof plan>;

/** `whole` run, on from what `failed`, or on from the action of a slug. */
const from = z.string().min(1).default('whole');

/** What an HTTP action is answered in a dry run, by its slug. */
export const Fixtures = z.record(
  z.string(),
  z.object({
    status: z.number().int().min(100).max(599).default(200),
    headers: z.record(z.string(), z.string()).default({}),
    body: JsonValue.optional(),
  }),
);
export type Fixtures = z.infer<typeof Fixtures>;

export const replayRunsMax = 200;

/** What a rerun would take over, and what it would do again. */
export const RerunPreview = z.object({
  reused: z.array(z.string()),
  repeated: z.array(
    z.object({
      slug: z.string(),
      actionType: z.enum(actionTypes),
      method: z.enum(httpMethods).nullable(),
      hadEffect: z.boolean(),
    }),
  ),
});
export type RerunPreview = z.infer<typeof RerunPreview>;

/** Of each run a report that is for people and programs outside. */
export const ReplayAnswer = z.object({ same: z.boolean(), runs: z.array(JsonValue) });

/** What services are asked. To answer changes nothing: whoever hears no answer may ask again. */
export const questionPayloads = {
  /** To `command`: what a rerun would take over and do again. */
  preview_rerun: z.object({ originId: GivenId, from, plan }),
  /** To `command`: the plan that a run would have that was asked for now, or if the draft were saved. */
  current_plan: z.object({ workflowId: GivenId.optional(), draft: WorkflowDraft.optional() }),
  /** To `command`: what listens to an event, and what its filter says. */
  match_event: z.object({ event: IncomingEvent }),
  /** To `executor`. */
  dry_run: z.object({
    workflowId: GivenId.optional(),
    fromRun: GivenId.optional(),
    plan: plan.optional(),
    draft: WorkflowDraft.optional(),
    parameters: JsonValue.optional(),
    fixtures: Fixtures.default({}),
  }),
  /** To `executor`: runs that have ended, against the plan that they had, the one of now, or a draft's. */
  replay: z.object({
    runIds: z.array(GivenId).max(replayRunsMax),
    plan,
    draft: WorkflowDraft.optional(),
  }),
  /** To `rules`. */
  ...ruleQuestionPayloads,
} as const satisfies Readonly<Record<string, z.ZodType>>;

export type QuestionName = keyof typeof questionPayloads;
export type QuestionPayload<N extends QuestionName> = z.infer<(typeof questionPayloads)[N]>;

const isQuestionName = (name: unknown): name is QuestionName =>
  typeof name === 'string' && Object.hasOwn(questionPayloads, name);

/**
 * Up to where an organisation has seen its own changes: those of all its definitions, and those of its rules alone,
 * which the rules service hears of and of nothing else.
 */
const Seen = z.object({ definitions: LogPosition.optional(), rules: LogPosition.optional() });
export type Seen = z.infer<typeof Seen>;

/** A question on the wire. */
export const Question = z.object({
  name: z.custom<QuestionName>(isQuestionName, 'no such question'),
  org: z.string(),
  /** Answer on nothing older; what is asked in turn carries it on. */
  seen: Seen.optional(),
  payload: JsonValue,
});
export type Question = z.infer<typeof Question>;

export const Answer = z.union([
  z.object({ answered: JsonValue }),
  z.object({ rejected: z.object({ code: z.enum(rejectionCodes), errors: FieldErrors }) }),
]);
export type Answer = z.infer<typeof Answer>;
