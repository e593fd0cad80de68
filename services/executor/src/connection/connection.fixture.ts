import type { ConnectionDefinition, Json } from '@karrio/domain';
import type { OpenConnection } from './authentication.ts';

export const aConnection = (
  given: Partial<ConnectionDefinition>,
  values: Readonly<Record<string, Json>> = {},
): OpenConnection => ({
  id: 'wcon_1',
  org: 'org_1',
  definition: {
    name: 'Shop',
    description: null,
    authType: 'api_key',
    host: null,
    port: null,
    endpoint: null,
    templateEngine: 'handlebars',
    authTemplate: null,
    parametersTemplate: null,
    metafields: [],
    credentials: {},
    metadata: {},
    templateSlug: null,
    ...given,
  },
  credentials: {
    values,
    secrets: Object.values(values).filter((value): value is string => typeof value === 'string'),
  },
});
