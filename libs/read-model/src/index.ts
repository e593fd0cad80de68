export type { SessionRow, UserRow } from './user-rows.ts';
export type { RateDecisionRow, ShippingRuleRow } from './rule-rows.ts';
export { openReadModel, type ReadModel, type ReadModelOptions } from './open-read-model.ts';
export { migrate } from './migrate.ts';
export { makeNextSchema, nextSchema, swapSchemas, type RowCount } from './swap-schema.ts';
export type {
  AnyMetafieldRow,
  ApiKeyRow,
  AuditEntryRow,
  CheckpointRow,
  Database,
  EntityChangeRow,
  InvitationRow,
  MemberRow,
  MetafieldRow,
  OrganizationRow,
  ParkedEventRow,
  PauseRow,
  RunActionRow,
  RunActionStatus,
  RunFailure,
  RunFineState,
  RunNoteRow,
  RunNoteType,
  RunRow,
  WorkflowActionRow,
  WorkflowConnectionRow,
  WorkflowRow,
  SlotStatus,
  TriggerSlotRow,
  WorkflowTriggerRow,
} from './schema.ts';
export { countMax, type Count, type Page, type PageRequest } from './page.ts';
export { pageOfMemory } from './page-of-memory.ts';
export { CursorError } from './cursor.ts';
export { PathError } from './path-error.ts';
export { definitionOrders, runOrders, type DefinitionOrder, type RunOrder } from './order.ts';
export { entitiesChangedAfter, runsChangedAfter } from './changes.ts';
export { appliedPosition, projectionName } from './checkpoint.ts';

export { auditEntriesFrom, listAuditEntries, type AuditFilter } from './audit-log.ts';
export { findApiKey, listApiKeys, noteApiKeyUses, type ApiKey } from './api-key.ts';
export {
  findInvitation,
  findMember,
  findOrganization,
  listInvitations,
  listMembers,
  findMemberOrganizations,
  membershipsOf,
  type Membership,
} from './organization.ts';
export { untilAborted } from './until-aborted.ts';
export {
  findHolders,
  findSession,
  findUser,
  findUserByAddress,
  findUserByReset,
  findUsers,
  listSessions,
  type Holder,
} from './user.ts';
export { readerRole } from './protect.ts';
export { findWorkflow, findWorkflowsByIds, listWorkflows, type WorkflowFilter } from './workflow.ts';
export { findAction, findActionsBySlugs, listActions, type ActionFilter } from './workflow-action.ts';
export { findConnection, listConnections, type ConnectionFilter } from './workflow-connection.ts';
export { findMetafield, listMetafields, type MetafieldFilter } from './metafield.ts';
export { findDefinitions } from './definition.ts';
export { findPauses, type CurrentPause } from './pause.ts';
export {
  findTrigger,
  findTriggersOfWorkflows,
  findWebhookOfTrigger,
  findWebhookOfWorkflow,
  type WebhookRow,
} from './workflow-trigger.ts';
export {
  findTriggerTimes,
  listSlots,
  schedulerStatus,
  type SchedulerStatus,
  type SlotFilter,
  type TriggerTimes,
} from './trigger-slot.ts';
export { findRun, findRunActions, findRunNotes, listRuns, listRunsOfEach } from './run.ts';
export type { RunFilter } from './run-filter.ts';
export {
  countRateDecisions,
  findRateDecision,
  listRateDecisions,
  pageOfRecordedDecisions,
  type RateDecisionFilter,
  type RecordedPage,
} from './rate-decision.ts';
export { findShippingRule, listShippingRules, type ShippingRuleFilter } from './shipping-rule.ts';
export { findParkedRuns, groupParkedRuns, type ParkedGroup } from './parked-runs.ts';
export { runStateOf, runStates, type RunState } from './run-state.ts';
export { recordsOfRun } from './records-of-run.ts';
export { findRecord, listRecords } from './tracing-records.ts';
export { RecordsTooRare, type RecordFilter } from './walk-records.ts';
export type { TracedMembers, TracingKey, TracingMeta, TracingRecord } from './tracing-record.ts';
