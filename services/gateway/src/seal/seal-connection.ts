import type { SealedGiven } from '@karrio/contracts';
import { sealMetafield, type MetafieldInput } from './seal-metafield.ts';
import type { Sealing } from './sealing.ts';

export type ConnectionInput = Readonly<{
  credentials?: unknown;
  metafields?: readonly MetafieldInput[] | null | undefined;
}>;

/** Of the older credentials every value is a secret, whatever it is called. */
export const sealConnection = async (
  sealing: Sealing,
  { credentials, metafields, ...input }: ConnectionInput,
  path: string,
): Promise<object> => ({
  ...input,
  ...(await sealedMetafields(sealing, metafields, path)),
  ...(credentials === undefined || credentials === null
    ? {}
    : { credentials: await sealCredentials(sealing, credentials, `${path}credentials`) }),
});

export const sealedMetafields = async (
  sealing: Sealing,
  metafields: readonly MetafieldInput[] | null | undefined,
  path: string,
): Promise<object> =>
  metafields
    ? {
        metafields: await Promise.all(
          metafields.map((input, index) => sealMetafield(sealing, input, `${path}metafields[${index}].`)),
        ),
      }
    : {};

/** Null keeps what is set under a key, which reads as null; an empty text removes it, as leaving the key out does. */
const sealCredentials = async ({ seal, refuse }: Sealing, credentials: unknown, field: string) => {
  const sealed: Record<string, SealedGiven | null> = {};
  if (typeof credentials !== 'object' || credentials === null || Array.isArray(credentials)) {
    refuse(field, 'Write the credentials as a JSON object, such as {"api_key": "…"}.');
    return sealed;
  }
  for (const [key, value] of Object.entries(credentials)) {
    if (value === null) sealed[key] = null;
    else if (value !== '') sealed[key] = await seal(textOf(value), 'credential');
  }
  return sealed;
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
