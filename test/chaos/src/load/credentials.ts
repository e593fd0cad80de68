import type { Fields } from './shape.ts';

/** What nobody may ever find in an event. */
export const secrets = {
  signing: 'chaos-signing-secret-9b1c',
  token: 'chaos-token-4e7d',
  client: 'chaos-client-secret-6a2f',
} as const;

/** Shows the token that the outside knows. */
export const known = (host: string): Fields => ({
  name: 'Chaos known',
  auth_type: 'api_key',
  host,
  auth_template: '{"X-Chaos-Token": "{{credentials.access_token}}"}',
  metafields: [{ key: 'access_token', type: 'password', value: secrets.token, is_required: true }],
});

/** Shows a token that the outside gives to who has the client's secret. */
export const granted = (host: string): Fields => ({
  name: 'Chaos granted',
  auth_type: 'oauth2',
  host,
  metafields: [
    { key: 'token_url', type: 'text', value: `${host}/token` },
    { key: 'client_id', type: 'text', value: 'chaos' },
    { key: 'client_secret', type: 'password', value: secrets.client },
  ],
});
