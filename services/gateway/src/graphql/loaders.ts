import DataLoader from 'dataloader';
import {
  findActionsBySlugs,
  findConnectionsByIds,
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
  actionBySlug: DataLoader<string, WorkflowActionRow | undefined>;
  connection: DataLoader<string, WorkflowConnectionRow | undefined>;
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
  workflow: new DataLoader(async (ids) => {
    const rows = await findWorkflowsByIds(db, org, ids);
    return ids.map((id) => rows.find((row) => row.id === id));
  }),
  actionBySlug: new DataLoader(async (slugs) => {
    const rows = await findActionsBySlugs(db, org, slugs);
    return slugs.map((slug) => rows.find((row) => row.slug === slug));
  }),
  connection: new DataLoader(async (ids) => {
    const rows = await findConnectionsByIds(db, org, ids);
    return ids.map((id) => rows.find((row) => row.id === id));
  }),
  triggersOf: new DataLoader(async (ids) => {
    const rows = await findTriggersOfWorkflows(db, org, ids);
    return ids.map((id) => rows.filter((row) => row.workflow_id === id));
  }),
  pauseOf: new DataLoader(async (ids) => {
    const rows = await findPauses(db, org, ids);
    return ids.map((id) => rows.find((row) => row.id === id));
  }),
  timesOfTrigger: new DataLoader(async (ids) => {
    const rows = await findTriggerTimes(db, org, ids);
    return ids.map((id) => rows.find((row) => row.trigger_id === id));
  }),
  actionsOfRun: new DataLoader(async (ids) => {
    const rows = await findRunActions(db, org, ids);
    return ids.map((id) => rows.filter((row) => row.run_id === id));
  }),
  notesOfRun: new DataLoader(async (ids) => {
    const rows = await findRunNotes(db, org, ids);
    return ids.map((id) => rows.filter((row) => row.run_id === id));
  }),
  runsOf: perRequest(
    (filter: RunFilter, page: PageRequest) =>
      new DataLoader((ids) => listRunsOfEach(db, org, ids, filter, page)),
  ),
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
