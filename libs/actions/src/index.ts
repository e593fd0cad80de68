export type {
  Access,
  ActionProblem,
  ActionTemplate,
  Concluded,
  Effect,
  Outcome,
  Planned,
  StepView,
  Surroundings,
  TemplateContext,
  Waiting,
} from './action-type.ts';
export { planAction, templatesOf, validateAction } from './action-types.ts';
export { decodeText } from './http-request/decode-text.ts';
export { composeUrl, pairsOf } from './http-request/compose-url.ts';
export { isObject } from './http-request/json-object.ts';
export { decisionOutcome } from './select-rate/select-rate.ts';
export { createRedactor, type Redactor } from './recording/redact.ts';
export { rendered } from './render.ts';
export { matchesStatus, statusPattern } from './http-request/status-pattern.ts';
export { parseXml } from './xml/parse-xml.ts';
export type { Answer, Outside, Sender, Trouble, WireHeaders, WireRequest, WireResponse } from './wire.ts';
