import { planAction, type Access, type Planned, type TemplateContext } from '@karrio/actions';
import type { AuthType, PlannedAction, PlannedConnection } from '@karrio/domain';

export type Render = (action: PlannedAction, context: TemplateContext) => Planned;

const mask = '***';

/** Renders as a run does, but for the secrets of connections, which are not opened: they read as `***`. */
export const renderMasked: Render = (action, context) =>
  planAction(
    action,
    context,
    action.connection && action.actionType === 'http_request'
      ? maskedAccess(action, action.connection)
      : undefined,
  );

const schemes: Readonly<Record<AuthType, string | undefined>> = {
  basic: `Basic ${mask}`,
  oauth2: `Bearer ${mask}`,
  jwt: `Bearer ${mask}`,
  api_key: undefined,
};

const maskedAccess = (action: PlannedAction, connection: PlannedConnection): Access => {
  const authorization = connection.authTemplate === null ? schemes[connection.authType] : undefined;
  return {
    context: { ...maskedNames(action), ...connection.metafields },
    headers: authorization === undefined ? {} : { authorization },
    query: [],
    secrets: [],
  };
};

/** What the templates read of the connection: which secrets it has is not in the plan. */
const maskedNames = ({ endpoint, parametersTemplate, headerTemplate }: PlannedAction) => {
  const source = [endpoint, parametersTemplate, headerTemplate].join('\n');
  const names = [...source.matchAll(/\bconnection\.([A-Za-z_]\w*)/g)].flatMap(([, name]) => name ?? []);
  return Object.fromEntries(names.map((name) => [name, mask]));
};
