import { parseStream } from '@karrio/contracts';
import {
  isActionEvent,
  isAuditRecorded,
  isConnectionEvent,
  isMetafieldEvent,
  isOccurrenceEvent,
  isOrganizationEvent,
  isPauseEvent,
  isRateDecisionEvent,
  isRuleEvent,
  isRunEvent,
  isSlotEvent,
  isTriggerEvent,
  isUserEvent,
  isWorkflowEvent,
  type OccurrenceEvent,
} from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { Database } from '@karrio/read-model';
import { apiKeyChange } from './api-key.ts';
import { auditEntryChange } from './audit-entry.ts';
import { entityChange } from './entity-change.ts';
import { invitationChange } from './invitation.ts';
import { memberChange } from './member.ts';
import { metafieldChange } from './metafield.ts';
import { organizationChange } from './organization.ts';
import { pauseChange } from './pause.ts';
import { rateDecisionChange } from './rate-decision.ts';
import { collectChanges, type TableChanges } from './row-change.ts';
import { runActionChange } from './run-action.ts';
import { runNoteChange } from './run-note.ts';
import { runChange } from './run.ts';
import { sessionChange } from './session.ts';
import { shippingRuleChange } from './shipping-rule.ts';
import { tables, type TableName } from './table.ts';
import { triggerSlotChange } from './trigger-slot.ts';
import { userChange } from './user.ts';
import { workflowActionChange } from './workflow-action.ts';
import { workflowConnectionChange } from './workflow-connection.ts';
import { workflowTriggerChange } from './workflow-trigger.ts';
import { workflowChange } from './workflow.ts';

/** An entity of the API whose rows changed. */
export type Touched = Readonly<{ org: string; entity: string; id: string }>;

export type BatchChanges = Readonly<{
  rows: Readonly<{ [Name in TableName]: TableChanges<Database[Name]> }>;
  /** Each entity once. */
  touched: readonly Touched[];
}>;

/**
 * All that a batch of the log does to the read models; events of a stream in `parked` queue up behind the
 * one that was refused. Pure, and the same rows come out however the log is cut into batches. An event of a
 * type that only a newer build knows changes nothing.
 */
export const changesOf = (events: readonly Recorded[], parked: ReadonlySet<string>): BatchChanges => {
  const batch = collectors();
  const touched = new Map<string, Touched>();
  for (const event of events) {
    if (parked.has(event.stream)) {
      batch.parked_event.add(event.id, { created: parkedRow(event, null) });
      continue;
    }
    const entity = collect(batch, event);
    if (!entity) continue;
    // A run has its position in its own row.
    if (entity.entity !== 'workflow_event') {
      // A pause has a stream, so revisions, of its own: by those, it and what it holds cannot be told apart.
      const watched = isPauseEvent(event) ? { ...entity, entity: 'pause' } : entity;
      batch.entity_change.add(`${watched.entity} ${watched.id}`, entityChange(watched, event));
    }
    if (!touched.has(event.stream)) touched.set(event.stream, entity);
  }
  return { rows: rowsOf(batch), touched: [...touched.values()] };
};

/** What takes the place of an event's rows when they were refused. */
export const parkedChange = (event: Recorded, error: string): BatchChanges => {
  const batch = collectors();
  batch.parked_event.add(event.id, { created: parkedRow(event, error) });
  return { rows: rowsOf(batch), touched: [] };
};

const collectors = () => ({
  organization: collectChanges<Database['organization']>(),
  api_key: collectChanges<Database['api_key']>(),
  member: collectChanges<Database['member']>(),
  invitation: collectChanges<Database['invitation']>(),
  user_account: collectChanges<Database['user_account']>(),
  session: collectChanges<Database['session']>(),
  workflow: collectChanges<Database['workflow']>(),
  workflow_action: collectChanges<Database['workflow_action']>(),
  workflow_connection: collectChanges<Database['workflow_connection']>(),
  metafield: collectChanges<Database['metafield']>(),
  pause: collectChanges<Database['pause']>(),
  workflow_trigger: collectChanges<Database['workflow_trigger']>(),
  trigger_slot: collectChanges<Database['trigger_slot']>(),
  shipping_rule: collectChanges<Database['shipping_rule']>(),
  rate_decision: collectChanges<Database['rate_decision']>(),
  run: collectChanges<Database['run']>(),
  run_action: collectChanges<Database['run_action']>(tables.run_action.kept),
  run_note: collectChanges<Database['run_note']>(),
  audit_entry: collectChanges<Database['audit_entry']>(),
  entity_change: collectChanges<Database['entity_change']>(),
  parked_event: collectChanges<Database['parked_event']>(),
});

const rowsOf = (batch: ReturnType<typeof collectors>): BatchChanges['rows'] => ({
  organization: batch.organization.result(),
  api_key: batch.api_key.result(),
  member: batch.member.result(),
  invitation: batch.invitation.result(),
  user_account: batch.user_account.result(),
  session: batch.session.result(),
  workflow: batch.workflow.result(),
  workflow_action: batch.workflow_action.result(),
  workflow_connection: batch.workflow_connection.result(),
  metafield: batch.metafield.result(),
  pause: batch.pause.result(),
  workflow_trigger: batch.workflow_trigger.result(),
  trigger_slot: batch.trigger_slot.result(),
  shipping_rule: batch.shipping_rule.result(),
  rate_decision: batch.rate_decision.result(),
  run: batch.run.result(),
  run_action: batch.run_action.result(),
  run_note: batch.run_note.result(),
  audit_entry: batch.audit_entry.result(),
  entity_change: batch.entity_change.result(),
  parked_event: batch.parked_event.result(),
});

/** Undefined for an event that no read model shows. */
const collect = (batch: ReturnType<typeof collectors>, event: Recorded): Touched | undefined => {
  const id = parseStream(event.stream)?.id;
  if (id === undefined) return undefined;
  const { org } = event.metadata;
  if (isAuditRecorded(event)) {
    batch.audit_entry.add(event.id, auditEntryChange(event));
    return undefined;
  }
  if (isRunEvent(event)) {
    batch.run.add(id, runChange(id, event));
    batch.run_note.add(event.id, runNoteChange(id, event));
    if ('attempt' in event.data) {
      batch.run_action.add(`${id} ${event.data.slug} ${event.data.attempt}`, runActionChange(id, event));
    }
    return { org, entity: 'workflow_event', id };
  }
  if (isPauseEvent(event)) {
    batch.pause.add(id, pauseChange(id, event));
    return { org, entity: event.data.scope, id };
  }
  const entity = collectAccess(batch, id, event) ?? collectDefinition(batch, id, event);
  return entity === undefined ? undefined : { org, entity, id };
};

/** Whether the event is about an organisation or a person. */
const collectAccess = (
  batch: ReturnType<typeof collectors>,
  id: string,
  event: Recorded,
): string | undefined => {
  if (isOrganizationEvent(event)) {
    batch.organization.add(id, organizationChange(id, event));
    const { data } = event;
    if ('keyId' in data) batch.api_key.add(data.keyId, apiKeyChange(id, event));
    if ('memberId' in data) batch.member.add(data.memberId, memberChange(id, event));
    if ('invitationId' in data && data.invitationId !== null) {
      batch.invitation.add(data.invitationId, invitationChange(id, event));
    }
    return 'organization';
  }
  if (isUserEvent(event)) {
    batch.user_account.add(id, userChange(id, event));
    if ('sessionId' in event.data) batch.session.add(event.data.sessionId, sessionChange(id, event));
    return 'user';
  }
  return undefined;
};

/** The kind of definition that the event changes, whose ledger it belongs to, or that it is about rates. */
const collectDefinition = (
  batch: ReturnType<typeof collectors>,
  id: string,
  event: Recorded,
): string | undefined => {
  if (isWorkflowEvent(event)) {
    batch.workflow.add(id, workflowChange(id, event));
    return 'workflow';
  }
  if (isActionEvent(event)) {
    batch.workflow_action.add(id, workflowActionChange(id, event));
    return 'workflow_action';
  }
  if (isConnectionEvent(event)) {
    batch.workflow_connection.add(id, workflowConnectionChange(id, event));
    return 'workflow_connection';
  }
  if (isMetafieldEvent(event)) {
    batch.metafield.add(id, metafieldChange(id, event));
    return 'metafield';
  }
  if (isTriggerEvent(event)) {
    batch.workflow_trigger.add(id, workflowTriggerChange(id, event));
    return 'workflow_trigger';
  }
  if (isOccurrenceEvent(event)) {
    collectSlot(batch, id, event);
    return 'trigger_slot';
  }
  if (isRuleEvent(event)) {
    batch.shipping_rule.add(id, shippingRuleChange(id, event));
    return 'shipping_rule';
  }
  if (isRateDecisionEvent(event)) {
    batch.rate_decision.add(id, rateDecisionChange(id, event));
    return 'rate_decision';
  }
  return undefined;
};

const collectSlot = (
  batch: ReturnType<typeof collectors>,
  triggerId: string,
  event: Recorded<OccurrenceEvent>,
): void => {
  if (isSlotEvent(event)) {
    const change = triggerSlotChange(triggerId, event);
    return batch.trigger_slot.add(`${triggerId} ${change.created.slot}`, change);
  }
  const { before } = event.data;
  batch.trigger_slot.remove(
    { trigger_id: triggerId, revision: before },
    (row) => row.trigger_id === triggerId && row.revision < before,
  );
};

const parkedRow = (
  { stream, revision, position, type, recordedAt }: Recorded,
  error: string | null,
): Database['parked_event'] => ({
  stream,
  revision,
  position: String(position),
  type,
  recorded_at: recordedAt,
  error,
});
