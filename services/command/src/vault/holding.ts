import { streams } from '@karrio/contracts';
import {
  action,
  connection,
  evolveToken,
  isActionEvent,
  isConnectionEvent,
  isMetafieldEvent,
  isTokenEvent,
  isTriggerEvent,
  metafield,
  noToken,
  trigger,
  type Event,
  type Metafield,
  type SealedSecret,
  type TokenState,
} from '@karrio/domain';
import type { Recorded } from '@karrio/event-store-client';
import type { Sealed, SecretContext } from '@karrio/vault';

/** Seals what a text holds under the key of today. */
export type Reseal = (sealed: string, context: SecretContext) => Promise<Sealed>;

/** The sealed texts that a stream's entity has, and the event that has them sealed anew. */
export type Holding = Readonly<{
  texts: readonly string[];
  /** Until then somebody else is about to write what the entity holds. */
  busyUntilMs?: number;
  resealed: (reseal: Reseal, at: string) => Promise<Event>;
}>;

type Read = (events: readonly Recorded[]) => Holding | undefined;

const ofConnection: Read = (events) => {
  const state = events.filter(isConnectionEvent).reduce(connection.evolve, connection.initial);
  if (state.status !== 'live') return undefined;
  const { definition } = state;
  const { metafields, credentials } = definition;
  return {
    texts: [...textsOf(metafields), ...Object.values(credentials).map(({ sealed }) => sealed)],
    resealed: async (reseal, at) => ({
      type: 'ConnectionRevised',
      data: {
        definition: {
          ...definition,
          metafields: await metafieldsAnew(metafields, reseal),
          credentials: await credentialsAnew(credentials, reseal),
        },
        at,
      },
    }),
  };
};

const ofAction: Read = (events) => {
  const state = events.filter(isActionEvent).reduce(action.evolve, action.initial);
  if (state.status !== 'live') return undefined;
  const { definition } = state;
  return {
    texts: textsOf(definition.metafields),
    resealed: async (reseal, at) => {
      const metafields = await metafieldsAnew(definition.metafields, reseal);
      return { type: 'ActionRevised', data: { definition: { ...definition, metafields }, at } };
    },
  };
};

const ofMetafield: Read = (events) => {
  const state = events.filter(isMetafieldEvent).reduce(metafield.evolve, metafield.initial);
  if (state.status !== 'live') return undefined;
  return {
    texts: textsOf([state.metafield]),
    resealed: async (reseal, at) => ({
      type: 'MetafieldRevised',
      data: { metafield: await metafieldAnew(state.metafield, reseal), at },
    }),
  };
};

const ofTrigger: Read = (events) => {
  const state = events.filter(isTriggerEvent).reduce(trigger.evolve, trigger.initial);
  if (state.status !== 'live' || state.definition.sealedSecret === null) return undefined;
  const { definition } = state;
  const { sealedSecret, shownSecret, formerSecret } = state.definition;
  return {
    texts: [sealedSecret, ...(formerSecret ? [formerSecret.sealed] : [])],
    resealed: async (reseal, at) => {
      const { sealed, fingerprint } = await reseal(sealedSecret, 'webhook');
      const anew = {
        ...definition,
        sealedSecret: sealed,
        shownSecret: shownSecret && { ...shownSecret, fingerprint },
        formerSecret: formerSecret && { ...formerSecret, ...(await reseal(formerSecret.sealed, 'webhook')) },
      };
      return { type: 'TriggerRevised', data: { definition: anew, at } };
    },
  };
};

const ofToken: Read = (events) => {
  const state = events.filter(isTokenEvent).reduce<TokenState>(evolveToken, noToken);
  const { token, leaseEndsAt } = state;
  if (!token) return undefined;
  const { sealedAccessToken, sealedRefreshToken } = token;
  return {
    texts: [sealedAccessToken, ...(sealedRefreshToken === null ? [] : [sealedRefreshToken])],
    ...(leaseEndsAt === undefined ? {} : { busyUntilMs: Date.parse(leaseEndsAt) }),
    resealed: async (reseal, at) => {
      const anew = async (text: string) => (await reseal(text, 'token')).sealed;
      const access = await anew(sealedAccessToken);
      const refresh = sealedRefreshToken === null ? null : await anew(sealedRefreshToken);
      const next = { ...token, sealedAccessToken: access, sealedRefreshToken: refresh };
      return { type: 'TokenGranted', data: { requestId: 'resealed', token: next, at } };
    },
  };
};

/** Every kind of entity that holds secrets: its stream, and how to read it. */
export const holders = [
  { kind: 'connection', streamOf: streams.connection, read: ofConnection },
  { kind: 'connection', streamOf: streams.token, read: ofToken },
  { kind: 'action', streamOf: streams.action, read: ofAction },
  { kind: 'metafield', streamOf: streams.metafield, read: ofMetafield },
  { kind: 'trigger', streamOf: streams.trigger, read: ofTrigger },
] as const;

const textsOf = (metafields: readonly Metafield[]): readonly string[] =>
  metafields.flatMap(({ secret }) => (secret ? [secret.sealed] : []));

const secretAnew = async (secret: SealedSecret, reseal: Reseal): Promise<SealedSecret> => ({
  ...secret,
  ...(await reseal(secret.sealed, 'credential')),
});

const metafieldAnew = async (known: Metafield, reseal: Reseal): Promise<Metafield> => ({
  ...known,
  secret: known.secret && (await secretAnew(known.secret, reseal)),
});

const metafieldsAnew = (metafields: readonly Metafield[], reseal: Reseal) =>
  Promise.all(metafields.map((known) => metafieldAnew(known, reseal)));

const credentialsAnew = async (credentials: Readonly<Record<string, SealedSecret>>, reseal: Reseal) =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(credentials).map(
        async ([key, secret]) => [key, await secretAnew(secret, reseal)] as const,
      ),
    ),
  );
