import { renderConnectionJson, toAuthentication } from '../auth-template.ts';
import { refusedFor, type Authenticate } from '../authentication.ts';

/**
 * A fixed key, placed by the auth_template. Without one the credential `api_key` is a bearer token, and others are
 * for the request's own templates, as `connection.access_token`.
 */
export const apiKey: Authenticate = async ({ definition, credentials }) => {
  const { name, authTemplate } = definition;
  if (authTemplate?.trim()) {
    const outcome = renderConnectionJson(definition, 'auth_template', authTemplate, credentials);
    return 'failed' in outcome ? outcome : toAuthentication(outcome.object, credentials);
  }
  const { api_key: key } = credentials.values;
  if (typeof key === 'string' && key !== '') {
    return toAuthentication({ authorization: `Bearer ${key}` }, credentials);
  }
  if (Object.keys(credentials.values).length > 0) return toAuthentication({}, credentials);
  return refusedFor(`Connection ${name} has no credential api_key; set it, or write an auth_template.`);
};
