import type { ActionTemplate } from '@karrio/actions';
import { isSecretMetafield, type ActionDefinition, type ConnectionDefinition } from '@karrio/domain';
import type { Known } from '@karrio/templates';

const roots = ['parameters', 'steps', 'metadata', 'metafields', 'now'] as const;

/**
 * What a template of an action may name. The secrets of a connection exist in what an HTTP request sends, its
 * headers and its parameters, and nowhere else.
 */
export const surroundingsOf = (
  { actionType }: Pick<ActionDefinition, 'actionType'>,
  field: ActionTemplate['field'],
  connection: ConnectionDefinition | null,
): Known => {
  if (!connection) return { roots };
  const isSent = actionType === 'http_request' && field !== 'endpoint';
  return { roots: [...roots, 'connection'], ...(isSent ? {} : { secrets: secretKeysOf(connection) }) };
};

const secretKeysOf = ({ metafields, credentials }: ConnectionDefinition): readonly string[] => [
  ...Object.keys(credentials),
  ...metafields.filter(isSecretMetafield).map(({ key }) => key),
];
