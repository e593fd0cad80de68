import type { SealedGiven } from '@karrio/contracts';
import { isSecretMetafield, metafieldValueProblem, type Json, type MetafieldType } from '@karrio/domain';
import { isJson } from '../http/json-flaw.ts';
import type { Sealing } from './sealing.ts';

export type MetafieldInput = Readonly<{
  id?: string | null | undefined;
  key?: string | null | undefined;
  /** `string` is the older name of `text`. */
  type?: MetafieldType | 'string' | null | undefined;
  value?: unknown;
}>;

type SealedInput = Omit<MetafieldInput, 'type' | 'value'> &
  Readonly<{ type?: MetafieldType; value?: Json; secret?: SealedGiven | null }>;

/**
 * A secret leaves as `secret`, everything else as it came. Null keeps a secret, since that is how it is read; an
 * empty text removes it. Until then it stays one, under whatever key and type. What cannot be told from a secret is
 * treated as one.
 */
export const sealMetafield = async (
  sealing: Sealing,
  { type: given, value, ...input }: MetafieldInput,
  path: string,
): Promise<SealedInput> => {
  const named = { ...input, ...typeOf(given) };
  if (value === undefined || !isJson(value)) return named;
  const kind = await kindOf(sealing, named);
  if (kind && !kind.isSecret) return { ...named, value };
  if (value === null) return named;
  if (value === '') return { ...named, secret: null };
  const problem = kind && metafieldValueProblem(kind.type, value);
  if (problem) sealing.refuse(`${path}value`, problem);
  return { ...named, secret: await sealing.seal(textOf(value), 'credential') };
};

const typeOf = (given: MetafieldInput['type']) =>
  given ? { type: given === 'string' ? ('text' as const) : given } : {};

type Kind = Readonly<{ type: MetafieldType; isSecret: boolean }>;

/** By what the input says of itself, and by what is there; undefined where neither says enough. */
const kindOf = async (
  { metafieldOf }: Sealing,
  input: Omit<SealedInput, 'value' | 'secret'>,
): Promise<Kind | undefined> => {
  const known = input.id ? await metafieldOf(input.id) : undefined;
  const [key, type] = [input.key ?? known?.key, input.type ?? known?.type];
  if (!key || !type) return undefined;
  return { type, isSecret: isSecretMetafield({ key, type }) || Boolean(known?.secret) };
};

/** Who opens it knows by the type whether this is a text or JSON. */
const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
