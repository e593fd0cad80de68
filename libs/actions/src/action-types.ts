import type { ActionType as ActionTypeName } from '@karrio/domain';
import type { ActionType } from './action-type.ts';
import { conditional } from './conditional/conditional.ts';
import { dataMapping } from './data-mapping/data-mapping.ts';
import { httpRequest } from './http-request/http-request.ts';
import { selectRate } from './select-rate/select-rate.ts';
import { wait } from './wait/wait.ts';

const types: Readonly<Record<ActionTypeName, ActionType>> = {
  http_request: httpRequest,
  data_mapping: dataMapping,
  conditional,
  wait,
  select_rate: selectRate,
};

export const templatesOf: ActionType['templatesOf'] = (definition) =>
  types[definition.actionType].templatesOf(definition);

/** What is wrong with a definition that is to be saved, but for its templates. */
export const validateAction: ActionType['validate'] = (definition, surroundings) =>
  types[definition.actionType].validate(definition, surroundings);

/** What an action does: its outcome where it asks nobody, else the request it sends. Pure. */
export const planAction: ActionType['plan'] = (action, context, access) =>
  types[action.actionType].plan(action, context, access);
