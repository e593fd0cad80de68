import type { ActionTemplate } from './template.ts';

const post = {
  action_type: 'http_request',
  method: 'post',
  content_type: 'json',
  parameters_type: 'data',
} as const;

export const slackNotification = {
  ...post,
  slug: 'slack-notification',
  name: 'Slack Notification',
  description: 'Posts a message to a channel.',
  endpoint: '/api/chat.postMessage',
  parameters_template: '{\n  "channel": "{{parameters.channel}}",\n  "text": "{{parameters.message}}"\n}',
  connection: 'slack-bot',
} as const satisfies ActionTemplate;

export const emailNotification = {
  ...post,
  slug: 'email-notification',
  name: 'Email Notification',
  description: 'Sends an email as plain text.',
  endpoint: '/v3/mail/send',
  parameters_template: `{
  "personalizations": [{"to": [{"email": "{{parameters.customer_email}}"}]}],
  "from": {"email": "{{connection.from_email}}"},
  "subject": "{{parameters.subject}}",
  "content": [{"type": "text/plain", "value": "{{parameters.message}}"}]
}`,
  connection: 'sendgrid',
} as const satisfies ActionTemplate;

export const actionTemplates: readonly ActionTemplate[] = [
  slackNotification,
  emailNotification,
  {
    ...post,
    slug: 'webhook-call',
    name: 'Webhook Call',
    description: 'Sends what the run was given to a webhook.',
    endpoint: '/events',
    parameters_template: '{\n  "event": "{{parameters.event}}",\n  "data": {{parameters}}\n}',
    connection: 'generic-webhook',
  },
  {
    ...post,
    slug: 'database-insert',
    name: 'Database Insert',
    description: 'Inserts a record into a table.',
    endpoint: '/tables/{{parameters.table}}/records',
    parameters_template: '{\n  "record": {{parameters.record}}\n}',
    connection: 'database-api',
  },
];
