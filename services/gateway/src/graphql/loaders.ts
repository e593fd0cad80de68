import DataLoader from 'dataloader';
import {
  findActionsBySlugs,
  findDefinitions,
  findPauses,
  findRunActions,
  findRunNotes,
  findTriggersOfWorkflows,
  findTriggerTimes,
  findWorkflowsByIds,
  listRunsOfEach,
  type Page,
  type PageRequest,
  type CurrentPause,
  type ReadModel,
  type RunActionRow,
  type RunFilter,
  type RunNoteRow,
  type RunRow,
  type ShippingRuleRow,
  type TriggerTimes,
  type WorkflowActionRow,
  type WorkflowConnectionRow,
  type WorkflowRow,
  type WorkflowTriggerRow,
} from '@karrio/read-model';

/** Reads of one request gathered into one statement for each kind, so that a list costs no query per row. */
export type Loaders = Readonly<{
  /** Deleted ones too: their runs still show them. */
  workflow: DataLoader<string, WorkflowRow | undefined>;
  action: DataLoader<string, WorkflowActionRow | undefined>;
  actionBySlug: DataLoader<string, WorkflowActionRow | undefined>;
  connection: DataLoader<string, WorkflowConnectionRow | undefined>;
  trigger: DataLoader<string, WorkflowTriggerRow | undefined>;
  rule: DataLoader<string, ShippingRuleRow | undefined>;
  triggersOf: DataLoader<string, readonly WorkflowTriggerRow[]>;
  timesOfTrigger: DataLoader<string, TriggerTimes | undefined>;
  /** Of workflows, and of the organisation itself: the pauses that last. */
  pauseOf: DataLoader<string, CurrentPause | undefined>;
  actionsOfRun: DataLoader<string, readonly RunActionRow[]>;
  notesOfRun: DataLoader<string, readonly RunNoteRow[]>;
  /** The same page of the runs of each workflow. */
  runsOf: (filter: RunFilter, page: PageRequest) => DataLoader<string, Page<RunRow>>;
}>;

const createLoaders = (db: ReadModel['db'], org: string): Loaders => ({
  workflow: oneOfEach((ids) => findWorkflowsByIds(db, org, ids), byId),
  action: oneOfEach((ids) => findDefinitions(db, 'workflow_action', org, ids), byId),
  actionBySlug: oneOfEach(
    (slugs) => findActionsBySlugs(db, org, slugs),
    ({ slug }) => slug,
  ),
  connection: oneOfEach((ids) => findDefinitions(db, 'workflow_connection', org, ids), byId),
  trigger: oneOfEach((ids) => findDefinitions(db, 'workflow_trigger', org, ids), byId),
  rule: oneOfEach((ids) => findDefinitions(db, 'shipping_rule', org, ids), byId),
  triggersOf: allOfEach(
    (ids) => findTriggersOfWorkflows(db, org, ids),
    ({ workflow_id }) => workflow_id,
  ),
  pauseOf: oneOfEach((ids) => findPauses(db, org, ids), byId),
  timesOfTrigger: oneOfEach(
    (ids) => findTriggerTimes(db, org, ids),
    ({ trigger_id }) => trigger_id,
  ),
  actionsOfRun: allOfEach((ids) => findRunActions(db, org, ids), byRun),
  notesOfRun: allOfEach((ids) => findRunNotes(db, org, ids), byRun),
  runsOf: perRequest(
    (filter: RunFilter, page: PageRequest) =>
      new DataLoader((ids) => listRunsOfEach(db, org, ids, filter, page)),
  ),
});

const byId = ({ id }: Readonly<{ id: string }>) => id;
const byRun = ({ run_id }: Readonly<{ run_id: string }>) => run_id;

type Find<Row> = (keys: readonly string[]) => Promise<readonly Row[]>;

const allOfEach = <Row>(find: Find<Row>, keyOf: (row: Row) => string) =>
  new DataLoader<string, readonly Row[]>(async (keys) => {
    const rows = Map.groupBy(await find(keys), keyOf);
    return keys.map((key) => rows.get(key) ?? []);
  });

const oneOfEach = <Row>(find: Find<Row>, keyOf: (row: Row) => string) =>
  new DataLoader<string, Row | undefined>(async (keys) => {
    const rows = new Map((await find(keys)).map((row) => [keyOf(row), row]));
    return keys.map((key) => rows.get(key));
  });

/** One for each different question. */
const perRequest = <Arguments extends readonly object[], Loader>(
  create: (...args: Arguments) => Loader,
): ((...args: Arguments) => Loader) => {
  const known = new Map<string, Loader>();
  return (...args) => {
    const question = JSON.stringify(args);
    const loader = known.get(question) ?? create(...args);
    known.set(question, loader);
    return loader;
  };
};

/** One set of loaders for each organisation that a request reads: in practice, one. */
export const loadersOfRequest = (db: ReadModel['db']): ((org: string) => Loaders) => {
  const known = new Map<string, Loaders>();
  return (org) => {
    const loaders = known.get(org) ?? createLoaders(db, org);
    known.set(org, loaders);
    return loaders;
  };
};
