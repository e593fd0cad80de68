import type { Command, EventMetadata } from '@karrio/contracts';
import { currentTraceparent } from '@karrio/telemetry';

/** What every event of one command shares. */
export type Envelope = Readonly<{
  commandId: string;
  org: string;
  /** The command's time as its sender saw it: the same for a redelivery. */
  at: string;
  testMode: boolean;
  metadata: EventMetadata;
}>;

export const envelopeOf = (command: Command, correlationId: string): Envelope => {
  const traceparent = currentTraceparent();
  return {
    commandId: command.id,
    org: command.org,
    at: command.issuedAt,
    testMode: command.testMode ?? false,
    metadata: {
      org: command.org,
      actor: command.actor,
      $correlationId: correlationId,
      $causationId: command.id,
      command: command.name,
      ...(command.origin === undefined ? {} : { origin: command.origin }),
      ...(command.concerns === undefined ? {} : { concerns: command.concerns }),
      ...(traceparent === undefined ? {} : { traceparent }),
      schema: 1,
    },
  };
};
