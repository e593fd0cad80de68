/**
 * Every attribute name that our spans and metrics use. OpenTelemetry's own names where its conventions have
 * one, `karrio.` names where they do not.
 */
export const attribute = {
  org: 'karrio.org',
  workflow: 'karrio.workflow.id',
  run: 'karrio.run.id',
  action: 'karrio.action.id',
  actionType: 'karrio.action.type',
  attempt: 'karrio.attempt',
  command: 'karrio.command.name',
  outcome: 'karrio.outcome',
  projection: 'karrio.projection.name',
  stream: 'karrio.stream',
  eventCount: 'karrio.event.count',
  subject: 'messaging.destination.name',
  consumer: 'messaging.consumer.group.name',
  messagingSystem: 'messaging.system',
  databaseSystem: 'db.system.name',
  databaseOperation: 'db.operation.name',
  httpMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpStatus: 'http.response.status_code',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  graphqlOperation: 'graphql.operation.name',
  graphqlType: 'graphql.operation.type',
  errorType: 'error.type',
} as const;
