import type { Permission } from '@karrio/domain';
import { appliedPosition, type RunRow } from '@karrio/read-model';
import { problem } from '../http/problem.ts';
import { positionIn } from '../live/cursor.ts';
import type { Change } from '../live/feed.ts';
import { SubscriptionEnded } from '../live/mailbox.ts';
import { objectionTo } from '../live/objection.ts';
import type { Watch, Watching } from '../live/watch.ts';
import { builder, WorkflowEventType } from './builder.ts';
import { viewerOf, type GraphContext } from './context.ts';
import { cursorField } from './cursor-field.ts';
import { DefinitionChangeType, definitionKinds } from './workflow/definition-change.ts';
import { AutomationEventStatus, AutomationEventType } from './enum.ts';
import { wrong } from './page.ts';
import { shownError } from './server/shown-error.ts';

const WorkflowEventChangeType = builder.objectRef<Change<RunRow>>('WorkflowEventChangeType').implement({
  description: 'A run that changed.',
  fields: (t) => ({
    cursor: cursorField(t),
    workflow_event: t.field({
      type: WorkflowEventType,
      description: 'The run as it is now. What it went through since the change before is in its records.',
      resolve: ({ item }) => item,
    }),
  }),
});

const LiveWorkflowEventFilter = builder.inputType('LiveWorkflowEventFilter', {
  description: 'Which runs; without any of these, all.',
  fields: (t) => ({
    workflow_id: t.string({ description: 'Those of this workflow.' }),
    trigger_id: t.string({ description: 'Those that this trigger started.' }),
    event_type: t.field({ type: AutomationEventType, description: 'Those that this asked for.' }),
    statuses: t.field({
      type: [AutomationEventStatus],
      description: 'Those that are as far as one of these when they change.',
    }),
  }),
});
type Filter = typeof LiveWorkflowEventFilter.$inferInput;

export const addSubscriptions = (): void => {
  builder.subscriptionType({
    description:
      'What happens, as it happens: over SSE (Accept: text/event-stream) or WebSocket (graphql-transport-ws).',
  });
  addRunSubscriptions();
  addDefinitionSubscription();
  builder.queryFields((t) => ({
    live_cursor: t.string({
      permission: 'any',
      description: 'Where the read models are: read it, then a list, then subscribe after it.',
      resolve: async (_, __, { ports }) => (await appliedPosition(ports.db)).toString(),
    }),
  }));
};

const addRunSubscriptions = (): void => {
  builder.subscriptionFields((t) => {
    const after = t.arg.string({ description: 'A cursor: what changed behind it comes first.' });
    return {
      workflow_event: t.field({
        permission: 'runs:read',
        type: WorkflowEventChangeType,
        description:
          'A run as it is, then at each change, until it has ended. With a cursor, only what changed behind it.',
        args: { id: t.arg.string({ required: true, description: 'Its id.' }), after },
        subscribe: (_, args, context) => watchRun(context, args.id, args.after),
        resolve: told,
      }),
      workflow_events: t.field({
        permission: 'runs:read',
        type: WorkflowEventChangeType,
        description:
          'Runs in the mode of the API key, test or live, when they change. A run that changed again meanwhile is told once, as it is.',
        args: { filter: t.arg({ type: LiveWorkflowEventFilter, description: 'Which of them.' }), after },
        subscribe: (_, args, context) => watchRuns(context, args.after, matching(args.filter)),
        resolve: told,
      }),
      parked_workflow_events: t.field({
        permission: 'runs:read',
        type: WorkflowEventChangeType,
        description: 'Runs in the mode of the API key that begin to wait for a person.',
        args: { after },
        subscribe: (_, args, context) => watchRuns(context, args.after, ({ parked }) => parked !== null),
        resolve: told,
      }),
    };
  });
};

const addDefinitionSubscription = (): void => {
  builder.subscriptionFields((t) => ({
    definition_changes: t.field({
      permission: 'definitions:read',
      type: DefinitionChangeType,
      description:
        'Workflows, actions, connections, triggers, metafields and shipping rules when they change, and pauses when they begin or end.',
      args: {
        object_types: t.arg.stringList({
          description: `Which kinds: ${definitionKinds.join(', ')}; all unless given.`,
        }),
        after: t.arg.string({ description: 'A cursor: what changed behind it comes first.' }),
      },
      subscribe: (_, args, context) => {
        const kinds = kindsOf(args.object_types);
        return begun(context, () =>
          context.ports.live.watchEntities({
            ...connectionOf(context, 'definitions:read', args.after),
            matches: ({ entity }) => kinds.has(entity),
          }),
        );
      },
      resolve: told,
    }),
  }));
};

/** From here on the change is looked at: its readers share what they look up, and its cursor goes with the result. */
const told = <Told extends Change<unknown>>(change: Told, _: object, { call }: GraphContext): Told => {
  call.live?.begin(change);
  return change;
};

const watchRun = async (context: GraphContext, id: string, after: string | null | undefined) => {
  const { ports } = context;
  const { org } = viewerOf(context);
  const behind = await ports.acceptedRuns.shown(org, id);
  if (behind) throw shownError(behind);
  const first = () => ports.live.findRun(org, id);
  if (!(await first())) throw shownError(problem('not_found', 'No workflow event has this id.'));
  return begun(context, () =>
    ports.live.watchRuns({
      ...connectionOf(context, 'runs:read', after),
      id,
      first,
      matches: () => true,
      isLast: ({ ended_at }) => ended_at !== null,
    }),
  );
};

const watchRuns = (
  context: GraphContext,
  after: string | null | undefined,
  matches: (run: RunRow) => boolean,
) => {
  const { testMode } = viewerOf(context);
  return begun(context, () =>
    context.ports.live.watchRuns({
      ...connectionOf(context, 'runs:read', after),
      matches: (run) => run.test_mode === testMode && matches(run),
    }),
  );
};

const matching =
  (filter: Filter | null | undefined) =>
  (run: RunRow): boolean => {
    const { workflow_id, trigger_id, event_type, statuses } = filter ?? {};
    return (
      (!workflow_id || run.workflow_id === workflow_id) &&
      (!trigger_id || run.trigger_id === trigger_id) &&
      (!event_type || run.event_type === event_type) &&
      (!statuses || statuses.includes(run.status))
    );
  };

const kindsOf = (asked: readonly string[] | null | undefined): ReadonlySet<string> => {
  const unknown = asked?.find((kind) => definitionKinds.every((known) => known !== kind));
  if (unknown !== undefined) {
    throw shownError(
      problem('validation', `object_types: there is no ${unknown}; there are ${definitionKinds.join(', ')}.`),
    );
  }
  return new Set(asked ?? definitionKinds);
};

/** What ended before it began is an error of the operation. */
const begun = async <Item>(
  { call }: GraphContext,
  begin: () => Promise<Watching<Item>>,
): Promise<Watching<Item>> => {
  try {
    const watching = await begin();
    call.live?.watchedBy(watching.idleAt);
    return watching;
  } catch (error) {
    throw error instanceof SubscriptionEnded ? shownError(error.problem) : error;
  }
};

/** Who watches, from where on. @throws GraphQLError where the request could not be answered as it happens */
const connectionOf = (
  context: GraphContext,
  permission: Permission,
  after: string | null | undefined,
): Pick<Watch<never>, 'org' | 'after' | 'holder' | 'onDropped'> => {
  const { live } = context.call;
  if (!live) {
    const message =
      'A subscription is answered as it happens: send Accept: text/event-stream, or use a WebSocket with the protocol graphql-transport-ws.';
    throw shownError(problem('validation', message));
  }
  const viewer = viewerOf(context);
  return {
    org: viewer.org,
    after: cursorIn(live.lastEventId ?? after),
    holder: {
      credential: viewer.credential,
      objection: async () => objectionTo(await live.callerNow(), viewer, permission),
    },
    onDropped: live.onDropped,
  };
};

const cursorIn = (text: string | null | undefined): bigint | undefined => {
  if (text === null || text === undefined || text === '') return undefined;
  const position = positionIn(text);
  if (position !== undefined) return position;
  throw wrong('after', 'is no cursor; give one that a subscription or live_cursor answered');
};
