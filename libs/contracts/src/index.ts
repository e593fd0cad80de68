export { derivedId, derivedUuid, idPrefixes, newId, type IdKind } from './id.ts';
export { parseStream, streamPrefixes, streams, type StreamKind } from './stream.ts';
export { EventMetadata, inherited, Origin } from './metadata.ts';
export {
  Command,
  commandPayloads,
  CommandReply,
  FieldErrors,
  InlineAction,
  InlineConnection,
  InlineMetafield,
  isDecisionCommand,
  isRuleCommand,
  isRunCommand,
  NodeInput,
  rejectionCodes,
  WorkflowDraft,
  serviceOfCommand,
  type CommandName,
  type CommandPayload,
  type DecisionCommandName,
  type RejectionCode,
  type RunCommandName,
} from './command.ts';
export { isAuditCommand, type AuditCommandName } from './audit-command.ts';
export {
  isOrganizationCommand,
  isUserCommand,
  type AccessCommandName,
  type OrganizationCommandName,
  type UserCommandName,
} from './access-command.ts';
export {
  Answer,
  Fixtures,
  Question,
  questionPayloads,
  RerunPreview,
  ReplayAnswer,
  replayRunsMax,
  type PlanChoice,
  type QuestionName,
  type QuestionPayload,
  type Seen,
} from './question.ts';
export { InlineTrigger, type SchedulePolicyInput } from './trigger-input.ts';
export type { EventPolicyInput, ResponseInput, WebhookPolicyInput } from './trigger-policy-input.ts';
export { MatchedEvent, type ReceivedEvent } from './received-event.ts';
export type { SealedGiven } from './sealed-given.ts';
export { CloudEvent } from './cloud-event.ts';
export { depthAfter, depthExtension, depthHeader, IncomingEvent } from './incoming-event.ts';
export {
  LiveChange,
  LivePosition,
  LogPosition,
  RunEnded,
  RunHeld,
  runStatuses,
  WakeUp,
  type RunStatus,
} from './notice.ts';
export { JsonValue } from './json-value.ts';
export { jetStreams, subjects, type JetStreamSpec, type Subject } from './subject.ts';
export { subjectToken } from './subject-token.ts';
