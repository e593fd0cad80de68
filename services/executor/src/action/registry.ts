import type { ActionType as ActionTypeName } from '@karrio/domain';
import { createHttpClient, type HttpClientOptions } from '../egress/http-client.ts';
import type { ActionType, Prepare } from './action-type.ts';
import { conditional } from './conditional/conditional.ts';
import { dataMapping } from './data-mapping/data-mapping.ts';
import { httpRequest } from './http-request/http-request.ts';

export type Actions = AsyncDisposable & Readonly<{ prepare: Prepare }>;

/** Every action type of this build. Disposing closes the connections that they hold open. */
export const createActions = (http: HttpClientOptions): Actions => {
  const client = createHttpClient(http);
  const types: Readonly<Record<ActionTypeName, ActionType>> = {
    http_request: httpRequest(client),
    data_mapping: dataMapping,
    conditional,
  };
  return {
    prepare: (action, context) => types[action.actionType].prepare(action, context),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
};
