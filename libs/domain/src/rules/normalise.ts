import { refusal, type Refusal } from '../definition/refusal.ts';
import type { Json } from '../json.ts';
import { z } from 'zod';
import { RuleAction } from './action.ts';
import type { Condition } from './condition.ts';
import { flatActions, flatConditions } from './flat.ts';
import { isMap } from './map.ts';
import { readCondition } from './read-condition.ts';
import { mapRead, readAll, readAs, refuse, refusedAt, type Read, wrongType } from './refused.ts';
import { sizeProblem } from './size.ts';
import type { NormalRule, RuleDefinition } from './rule.ts';

/** A rule in its one form, or everything that is wrong with it. Conditions of all forms have to hold together. */
export const normaliseRule = (id: string, definition: RuleDefinition): Read<NormalRule> => {
  const tooLarge = sizeRefusals(definition);
  if (tooLarge.length > 0) return { refused: tooLarge };
  const condition = conditionOf(definition);
  const actions = actionsOf(definition);
  const refused = [...headRefusals(definition), ...refusedOf(condition), ...refusedOf(actions)];
  if (refused.length > 0 || 'refused' in condition || 'refused' in actions) return { refused };
  const { name, priority } = definition;
  return { read: { id, name, priority, condition: condition.read, actions: actions.read } };
};

/** Everything that is wrong with a definition, each with the path of the member; empty for one that can be saved. */
export const validateRule = (definition: RuleDefinition): readonly Refusal[] =>
  refusedOf(normaliseRule('', definition));

/** Ten lists of postal codes at their longest. */
const valuesMax = 20_000;

const sizeRefusals = (definition: RuleDefinition): readonly Refusal[] =>
  Object.entries({
    conditions: definition.conditions,
    actions: definition.actions,
    conditions_extensions: definition.conditionsExtensions,
    actions_extensions: definition.actionsExtensions,
    condition: definition.condition,
    further_actions: definition.furtherActions,
  }).flatMap(([field, json]) => {
    const tooLarge = sizeProblem(json, valuesMax);
    return tooLarge === undefined ? [] : [refusal('invalid', field, tooLarge)];
  });

const refusedOf = <T>(read: Read<T>): readonly Refusal[] => ('refused' in read ? read.refused : []);

const prioritiesMax = 1_000_000;

const headRefusals = ({ priority }: RuleDefinition): readonly Refusal[] =>
  Number.isInteger(priority) && Math.abs(priority) <= prioritiesMax
    ? []
    : [
        refusal(
          'invalid',
          'priority',
          `must be a whole number between -${prioritiesMax} and ${prioritiesMax}`,
        ),
      ];

const conditionOf = ({ conditions, conditionsExtensions, condition }: RuleDefinition): Read<Condition> => {
  const trees = [
    { tree: conditions?.['extensions'], path: 'conditions.extensions' },
    { tree: conditionsExtensions, path: 'conditions_extensions' },
    { tree: condition, path: 'condition' },
  ];
  const nested = trees
    .filter(({ tree }) => !isNothing(tree))
    .map(({ tree, path }) => readCondition(tree, path));
  return mapRead(readAll([flatConditions(conditions ?? {}, 'conditions'), readAll(nested)]), (parts) => {
    const all = parts.flat();
    const [only] = all;
    return all.length === 1 && only ? only : { all };
  });
};

/** Null and {} say nothing. */
const isNothing = (json: Json | undefined): boolean =>
  json === null || json === undefined || (isMap(json) && Object.keys(json).length === 0);

const actionsOf = ({
  actions,
  actionsExtensions,
  furtherActions,
}: RuleDefinition): Read<readonly RuleAction[]> => {
  const read = readAll([
    flatActions(actions ?? {}, 'actions'),
    extendedActions(actions?.['extensions'], 'actions.extensions'),
    extendedActions(actionsExtensions, 'actions_extensions'),
    readActions(furtherActions, 'further_actions'),
  ]);
  if ('refused' in read) return read;
  const all = read.read.flat();
  return all.length > 0
    ? readAs(all)
    : refuse('actions', 'must say what the rule does: select_service, for example');
};

/** Where the contract has room for more: {"actions": […]}. */
const extendedActions = (json: Json | undefined, path: string): Read<readonly RuleAction[]> => {
  if (json === undefined || isNothing(json)) return readAs([]);
  const isOnly = isMap(json) && Object.keys(json).every((key) => key === 'actions');
  return isOnly && Array.isArray(json['actions'])
    ? readActions(json['actions'], `${path}.actions`)
    : refuse(path, 'holds further actions: {"actions": [{"type": "hold", "reason": "…"}]}');
};

const Actions = z.array(RuleAction).max(50, 'can be 50 at most');

const readActions = (json: unknown, path: string): Read<readonly RuleAction[]> => {
  const parsed = Actions.safeParse(json, { error: wrongType });
  return parsed.success ? readAs(parsed.data) : refusedAt(path, parsed.error);
};
