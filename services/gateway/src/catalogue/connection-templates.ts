import type { ConnectionTemplate } from './template.ts';

const key = (name: string) => ({ key: name, type: 'password', is_required: true }) as const;

export const connectionTemplates: readonly ConnectionTemplate[] = [
  {
    slug: 'slack-bot',
    name: 'Slack Bot',
    description: 'Posts to Slack with the token of a bot (xoxb-…) that has the scope chat:write.',
    auth_type: 'api_key',
    host: 'https://slack.com',
    auth_template: '{"Authorization": "Bearer {{credentials.bot_token}}"}',
    metafields: [key('bot_token')],
  },
  {
    slug: 'sendgrid',
    name: 'SendGrid',
    description: 'Sends email with an API key of SendGrid; from_email is a verified sender.',
    auth_type: 'api_key',
    host: 'https://api.sendgrid.com',
    auth_template: '{"Authorization": "Bearer {{credentials.api_key}}"}',
    metafields: [key('api_key'), { key: 'from_email', type: 'text', is_required: true }],
  },
  {
    slug: 'generic-webhook',
    name: 'Generic Webhook',
    description: 'Calls a webhook that knows its caller by a key in a header. Set its host.',
    auth_type: 'api_key',
    host: 'https://hooks.example.com',
    auth_template: '{"X-Api-Key": "{{credentials.api_key}}"}',
    metafields: [key('api_key')],
  },
  {
    slug: 'database-api',
    name: 'Database API',
    description: 'Reaches a database behind a REST API, by user name and password. Set its host.',
    auth_type: 'basic',
    host: 'https://database.example.com',
    auth_template: '{{credentials.username}}:{{credentials.password}}',
    metafields: [{ key: 'username', type: 'text', is_required: true }, key('password')],
  },
];
