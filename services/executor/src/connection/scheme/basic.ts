import { renderConnectionText, toAuthentication } from '../auth-template.ts';
import { refusedFor, type Authenticate } from '../authentication.ts';

/** `user:password` as RFC 7617 sends it, from the auth_template or the credentials username and password. */
export const basic: Authenticate = async ({ definition, credentials }) => {
  const { username, password } = credentials.values;
  const pair = definition.authTemplate?.trim()
    ? renderConnectionText(definition, credentials)
    : typeof username === 'string' && username !== ''
      ? `${username}:${typeof password === 'string' ? password : ''}`
      : undefined;
  if (pair === undefined || !pair.includes(':')) {
    return refusedFor(
      `Connection ${definition.name} has no user name and password: set the credentials username and password, ` +
        'or an auth_template that renders user:password.',
    );
  }
  const encoded = Buffer.from(pair, 'utf8').toString('base64');
  const secrets = [...credentials.secrets, pair, encoded];
  return toAuthentication({ authorization: `Basic ${encoded}` }, { ...credentials, secrets });
};
