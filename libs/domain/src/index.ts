export { accept, eventGuard, reject, type Decider, type Decision, type Event } from './event.ts';
export { canonicalJson, type Json, type JsonObject } from './json.ts';

export { slugOf } from './definition/slug.ts';
export { refusal, type Refusal, type RefusalCode } from './definition/refusal.ts';
export {
  completeWorkflow,
  failurePolicies,
  isWorkflowEvent,
  laterWorkflowFields,
  workflow,
  type FailurePolicy,
  type ActionNode,
  type WorkflowCommand,
  type WorkflowDefinition,
  type WorkflowEvent,
  type WorkflowState,
} from './definition/workflow.ts';
export {
  isPauseEvent,
  pause,
  type PauseCommand,
  type PauseEvent,
  type PauseScope,
  type PauseState,
} from './definition/pause.ts';
export { templateEngines, type TemplateEngine } from './definition/template-engine.ts';
export type { SealedSecret } from './definition/secret.ts';
export { isSecretKey, isSecretName } from './definition/secret-name.ts';
export {
  isMetafieldEvent,
  isSecretMetafield,
  isSet,
  metafield,
  metafieldTypes,
  parsedValue,
  plainValues,
  type Metafield,
  type MetafieldCommand,
  type MetafieldEvent,
  type MetafieldState,
  type MetafieldType,
} from './definition/metafield.ts';
export {
  shownCredentials,
  shownMetafield,
  type ShownMetafield,
  type ShownSecret,
} from './definition/shown.ts';
export { metafieldValueProblem } from './definition/metafield-value.ts';
export { credentialNeeds, requiredCredentials, type ShownConnection } from './definition/credential-needs.ts';
export {
  authTypes,
  connection,
  isConnectionEvent,
  type AuthType,
  type ConnectionCommand,
  type ConnectionDefinition,
  type ConnectionEvent,
  type ConnectionState,
} from './definition/connection.ts';
export {
  action,
  actionTypes,
  completeAction,
  contentTypes,
  defaultHttpPolicy,
  httpMethods,
  isActionEvent,
  isAsking,
  unknownResolutions,
  laterActionFields,
  parametersTypes,
  type ActionCommand,
  type ActionDefinition,
  type ActionEvent,
  type ActionState,
  type ActionType,
  type ContentType,
  type HttpMethod,
  type HttpPolicy,
  type ParametersType,
  type Probe,
  type UnknownResolution,
  type RetryPolicy,
} from './definition/action.ts';
export { placesOf } from './definition/rule-order.ts';
export {
  isRuleEvent,
  shippingRule,
  type RuleCommand,
  type RuleEvent,
  type RuleState,
} from './definition/shipping-rule.ts';
export {
  completeTrigger,
  isTriggerEvent,
  laterTriggerFields,
  trigger,
  triggerTypes,
  type FormerSecret,
  type RecordedTrigger,
  type TriggerCommand,
  type TriggerDefinition,
  type TriggerEvent,
  type TriggerState,
  type TriggerType,
} from './definition/trigger.ts';
export {
  defaultWebhookPolicy,
  parameterSources,
  signatureSchemes,
  type DeliveryKey,
  type ParameterSource,
  type RateLimit,
  type ResponsePolicy,
  type SignaturePolicy,
  type SignatureScheme,
  type WebhookPolicy,
} from './definition/webhook-policy.ts';
export type { EventPolicy } from './definition/event-policy.ts';
export { matchesType, typePatternProblem } from './trigger/type-pattern.ts';
export { valueAt, valuePathProblem } from './trigger/value-path.ts';

export {
  backtestOf,
  isBacktestEvent,
  type BacktestEvent,
  type BacktestSoFar,
  type BacktestView,
} from './decision/backtest-record.ts';
export {
  isRateDecided,
  isRateDecisionEvent,
  isRuleSetSealed,
  rateOutcomes,
  settledAs,
  type RateDecided,
  type RateDecisionEvent,
  type RateDecisionSettled,
  type RateNotificationsDue,
  type RateNotified,
  type RateOutcome,
  type RuleSetSealed,
} from './decision/rate-decision.ts';

export {
  isOrganizationEvent,
  type Invitation,
  type NewApiKey,
  type OrganizationEvent,
} from './organization/event.ts';
export {
  memberToReset,
  openInvitation,
  organization,
  type OrganizationCommand,
} from './organization/organization.ts';
export { roleOf, type LiveOrganization, type OrganizationState } from './organization/state.ts';
export {
  isAtLeast,
  may,
  permissions,
  roles,
  rolesWith,
  type Permission,
  type Role,
} from './organization/role.ts';
export {
  isUserEvent,
  sessionOrigins,
  user,
  type NewSession,
  type UserCommand,
  type UserEvent,
  type UserState,
} from './user/user.ts';

export {
  completePlan,
  isPlanSealed,
  resolvePlan,
  type Plan,
  type PlannedAction,
  type PlannedConnection,
  type PlanSealed,
  type PlanStep,
} from './plan/plan.ts';

export {
  abortCauses,
  isRunEvent,
  parkCauses,
  runEventTypes,
  type AbortCause,
  type ActionAttempt,
  type ActionFailed,
  type ActionOutcomeUnknown,
  type ActionRetryScheduled,
  type ActionStarted,
  type ActionSucceeded,
  type RunConclusion,
  type RunEvent,
  type ParkCause,
  type RunEventType,
  type RunOrigin,
  type RunRequest,
  type RunRequested,
  type RunSlot,
} from './run/event.ts';
export type { Failure, RecordedRequest, RecordedResponse, Stored } from './run/facts.ts';
export {
  evolveRun,
  noRun,
  type ActionProgress,
  type EndedRun,
  type OpenRun,
  type RunState,
} from './run/state.ts';
export { afterFailure, defaultRetryPolicy, shortWaitMs, type Recovery } from './run/retry.ts';
export {
  abortCauseOf,
  deadlineOf,
  next,
  parkDeferred,
  takeOver,
  type Next,
  type Performance,
} from './run/interpreter.ts';
export { controlRun, type RunControl } from './run/control.ts';
export {
  catchUpPolicies,
  defaultSchedulePolicy,
  overlapPolicies,
  type CatchUpPolicy,
  type OverlapPolicy,
  type Schedule,
  type SchedulePolicy,
} from './schedule/schedule.ts';
export {
  decideDue,
  skipReasons,
  type SkipReason,
  type SlotDecision,
  type TriggerTurn,
  type Withheld,
} from './schedule/due.ts';
export {
  isOccurrenceEvent,
  isSlotEvent,
  type OccurrenceEvent,
  type OccurrenceRefused,
  type OccurrenceSkipped,
  type OccurrencesForgotten,
  type SlotEvent,
} from './schedule/ledger.ts';
export { offsetOf } from './schedule/offset.ts';
export type { Transition } from './schedule/zone.ts';
export { openSchedule, type OpenSchedule } from './schedule/open-schedule.ts';
export {
  gapPolicies,
  repeatPolicies,
  type GapPolicy,
  type Occurrence,
  type RepeatPolicy,
} from './schedule/occurrences.ts';
export { planRerun, type RepeatedAction, type RerunPlan } from './run/rerun.ts';

export {
  evolveToken,
  isTokenEvent,
  nextToken,
  noToken,
  type GrantedToken,
  type TokenEvent,
  type TokenState,
} from './token/token.ts';

export {
  activeKey,
  evolveDataKeys,
  isDataKeyEvent,
  noDataKeys,
  type DataKey,
  type DataKeyCreated,
  type DataKeyEvent,
  type DataKeyRetired,
  type DataKeyRewrapped,
  type DataKeys,
} from './vault/data-keys.ts';

export { validateRule, normaliseRule } from './rules/normalise.ts';
export type { LiveRule, NormalRule, RuleDefinition, RuleSet } from './rules/rule.ts';
export { ruleSetOf, ruleSetText } from './rules/rule-set.ts';
export { readRateFacts, RateFacts, type RateFact } from './rules/facts.ts';
export { RuleAction, strategies, type Strategy } from './rules/action.ts';
export { operators, quantifiers, type Condition, type FieldTest, type Operator } from './rules/condition.ts';
export { fieldNames, type FieldName } from './rules/field-name.ts';
export { compileRuleSet, type CompiledRules } from './rules/compile.ts';
export { decide } from './rules/decide.ts';
export { analyseRuleSet, type Finding } from './rules/analyse/analyse.ts';
export {
  explainDecision,
  type Change,
  type DecisionExplanation,
  type RateExplanation,
} from './rules/explain/explain.ts';
export type { Edit } from './rules/explain/edit.ts';
export {
  traceConditions,
  type Answer,
  type ConditionTrace,
  type RuleConditionTrace,
} from './rules/explain/condition-trace.ts';
export {
  mergeBacktests,
  nothingTested,
  startBacktest,
  type Backtest,
  type BacktestResult,
  type Flip,
  type RecordedDecision,
} from './rules/backtest.ts';
export {
  nothingReasons,
  traceOfApplied,
  type Decided,
  type DecisionTrace,
  type NothingReason,
  type RateDecision,
  type RateStanding,
  type RateTrace,
  type RuleTrace,
} from './rules/trace.ts';
export { auditedTypes } from './audit/audited.ts';
export {
  isAuditRecorded,
  isCommandRefused,
  isRequestsRefused,
  type AuditEntry,
  type AuditRecorded,
  type AuditRefusal,
  type AuditSource,
  type CommandRefused,
  type GatheredRuns,
  type RequestsRefused,
} from './audit/audit-entry.ts';
