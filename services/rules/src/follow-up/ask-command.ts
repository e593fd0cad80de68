import { derivedId, type Command } from '@karrio/contracts';
import { CommandTimeout, type Bus } from '@karrio/messaging';

type Ports = Readonly<{ bus: Pick<Bus, 'command'>; now: () => number }>;

/** Asked again until it is answered. */
const patienceMs = 3_000;
/** Far beyond what clocks differ by: doing it late, or again, has the effect of once. */
const expiresAfterMs = 60_000;

/**
 * Asks the write side for what has to follow, as one command however often it is asked.
 * @throws BusUnavailable, CommandTimeout where there is no answer, or it came too late to have an effect
 */
export const askCommand = async (
  { bus, now }: Ports,
  /** What the command's id follows from. */
  about: readonly [string, ...string[]],
  command: Omit<Command, 'id' | 'issuedAt' | 'expiresAt'>,
) => {
  const issuedAt = now();
  const id = derivedId('command', ...about);
  const reply = await bus.command(
    {
      ...command,
      id,
      issuedAt: new Date(issuedAt).toISOString(),
      expiresAt: new Date(issuedAt + expiresAfterMs).toISOString(),
    },
    patienceMs,
  );
  if ('rejected' in reply && reply.rejected.code === 'expired') {
    throw new CommandTimeout(`${command.name} came too late, asking again`);
  }
  return reply;
};
