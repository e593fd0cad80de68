import type { Json } from '../json.ts';
import type { SealedSecret } from './secret.ts';

export const metafieldTypes = ['text', 'number', 'boolean', 'json', 'date', 'date_time', 'password'] as const;
export type MetafieldType = (typeof metafieldTypes)[number];

/** A typed value under a key, unique on its object. A secret one is sealed, and then `value` is null. */
export type Metafield = Readonly<{
  id: string;
  key: string;
  type: MetafieldType;
  isRequired: boolean;
  value: Json;
  secret: SealedSecret | null;
}>;

export const isSet = ({ value, secret }: Metafield): boolean => value !== null || secret !== null;

/** What templates see: the plain values by key. */
export const plainValues = (metafields: readonly Metafield[]): Readonly<Record<string, Json>> =>
  Object.fromEntries(metafields.flatMap(({ key, value }) => (value === null ? [] : [[key, value]])));
