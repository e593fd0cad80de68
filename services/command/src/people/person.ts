import { idPrefixes, newId, streams, type CommandReply } from '@karrio/contracts';
import type { UserCommand, UserState } from '@karrio/domain';
import type { EventStore } from '@karrio/event-store-client';
import { userIdOf, type Vault } from '@karrio/vault';
import { changeStream, readState } from '../access/change-stream.ts';
import { userKind } from '../access/kinds.ts';

export type PeoplePorts = Readonly<{
  store: Pick<EventStore, 'read' | 'append'>;
  vault: Pick<Vault, 'pseudonym' | 'seal'>;
  organizationsOf: (userId: string) => readonly string[];
  now: () => number;
  say: (line: string) => void;
}>;

/** The id of who has this address now, or has this id. @throws Error saying that nobody does */
export const findPerson = async ({ store, vault }: PeoplePorts, who: string): Promise<string> => {
  const isId = who.startsWith(idPrefixes.user);
  const id = isId ? who : await userIdOf(vault, who);
  const state = await stateOf(store, id);
  if (state.status === 'live' && (isId || state.addressId === id)) return id;
  if (state.status === 'address' && (await hasAddress(store, state.userId, id))) return state.userId;
  throw new Error(isId ? `No user has the id ${who}.` : `No user has the address ${who}.`);
};

const stateOf = (store: PeoplePorts['store'], id: string): Promise<UserState> =>
  readState(store, userKind, streams.user(id));

const hasAddress = async (store: PeoplePorts['store'], userId: string, addressId: string) => {
  const state = await stateOf(store, userId);
  return state.status === 'live' && state.addressId === addressId;
};

/** Does something to a person as who runs the server, told where they are a member. @throws Error saying why not */
export const changePerson = async (
  { store, organizationsOf }: PeoplePorts,
  action: string,
  { stream: id, of: userId }: Readonly<{ stream: string; of: string }>,
  command: UserCommand,
): Promise<void> => {
  const commandId = newId('command');
  const orgs = organizationsOf(userId);
  const metadata = {
    org: userId,
    actor: 'operator',
    $correlationId: commandId,
    $causationId: commandId,
    command: action,
    concerns: orgs.length > 0 ? orgs : [userId],
    schema: 1,
  } as const;
  const wanted = { stream: streams.user(id), id, command, isLate: false };
  const reply = await changeStream(store, userKind, wanted, {
    commandId,
    org: userId,
    at: command.at,
    testMode: false,
    metadata,
  });
  if ('rejected' in reply) throw new Error(saying(reply.rejected));
};

const saying = ({ errors }: Extract<CommandReply, { rejected: unknown }>['rejected']): string =>
  errors.flatMap(({ messages }) => messages).join(' ');
