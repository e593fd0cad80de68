import type { EventPolicyInput } from '@karrio/contracts';
import {
  refusal,
  typePatternProblem,
  type EventPolicy,
  type Refusal,
  type TriggerDefinition,
} from '@karrio/domain';
import { checkTemplate } from '@karrio/templates';
import { pick } from '../definition/pick.ts';

const none: EventPolicy = { types: [], filter: null, templateEngine: 'handlebars' };

/** Absent keeps what is; null, of a part, takes the default. */
export const eventPolicyOf = (
  given: EventPolicyInput | null | undefined,
  before: EventPolicy | null,
): EventPolicy | null => {
  if (!given) return given === null ? null : before;
  const { types, filter, templateEngine } = before ?? none;
  return {
    types: given.types ?? types,
    filter: pick(given.filter, filter),
    templateEngine:
      given.templateEngine === null ? none.templateEngine : (given.templateEngine ?? templateEngine),
  };
};

/** What is wrong with what an event trigger listens to. */
export const eventProblems = ({ triggerType, event }: TriggerDefinition): readonly Refusal[] => {
  if (triggerType !== 'event') return [];
  if (event === null || event.types.length === 0) {
    const message =
      'Say which events start the workflow: patterns such as order.created, order.* or shipment.>.';
    return [refusal('invalid', 'event.types', message)];
  }
  const patterns = event.types.flatMap((pattern, index) => {
    const problem = typePatternProblem(pattern);
    return problem === undefined ? [] : [refusal('invalid', `event.types[${index}]`, problem)];
  });
  return [...patterns, ...filterProblems(event)];
};

const filterProblems = ({ filter, templateEngine: engine }: EventPolicy): readonly Refusal[] => {
  if (filter === null) return [];
  if (filter.trim() === '') {
    return [
      refusal(
        'invalid',
        'event.filter',
        'Write a template that renders true or false, or leave the filter out.',
      ),
    ];
  }
  const problem = checkTemplate(filter, { engine, contentType: 'text', roots: ['parameters'] });
  if (!problem) return [];
  const message = `line ${problem.line}, column ${problem.column}: ${problem.message} Near: ${problem.excerpt}`;
  return [refusal('invalid', 'event.filter', message)];
};
