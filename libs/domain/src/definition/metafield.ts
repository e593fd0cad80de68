import { accept, eventGuard, reject, type Decider, type Event } from '../event.ts';
import type { Json } from '../json.ts';
import { refusal, type Refusal } from './refusal.ts';
import { isSecretKey } from './secret-name.ts';
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

/** Passwords, and what is named like a secret whatever its type. */
export const isSecretMetafield = ({ key, type }: Pick<Metafield, 'key' | 'type'>): boolean =>
  type === 'password' || isSecretKey(key);

type Filled = Readonly<{ value: Json; secret: object | null }>;

export const isSet = ({ value, secret }: Filled): boolean => value !== null || secret !== null;

/** What templates see: the plain values by key. */
export const plainValues = (metafields: readonly Metafield[]): Readonly<Record<string, Json>> =>
  Object.fromEntries(
    metafields.flatMap((metafield) =>
      metafield.value === null ? [] : [[metafield.key, parsedValue(metafield)]],
    ),
  );

/** A value as its type means it: JSON that was written as a text is what the text says. */
export const parsedValue = ({ type, value }: Pick<Metafield, 'type' | 'value'>): Json =>
  type === 'json' && typeof value === 'string' ? (jsonOf(value) ?? null) : value;

/** Undefined for a text that is no JSON. */
export const jsonOf = (text: string): Json | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** What came out of JSON.parse is JSON: walking it would only cost time. */
const isJson = (value: unknown): value is Json => value !== undefined;

/** Not attached to any object: it has a stream of its own. */
export type MetafieldCreated = Event<'MetafieldCreated', { metafield: Metafield; at: string }>;
export type MetafieldRevised = Event<'MetafieldRevised', { metafield: Metafield; at: string }>;
export type MetafieldDeleted = Event<'MetafieldDeleted', { at: string }>;
export type MetafieldEvent = MetafieldCreated | MetafieldRevised | MetafieldDeleted;

export const isMetafieldEvent = eventGuard<MetafieldEvent>({
  MetafieldCreated: true,
  MetafieldRevised: true,
  MetafieldDeleted: true,
});

export type MetafieldCommand =
  | { type: 'CreateMetafield'; metafield: Metafield; at: string }
  | { type: 'ReviseMetafield'; metafield: Metafield; at: string }
  | { type: 'DeleteMetafield'; at: string };

export type MetafieldState =
  | { readonly status: 'absent' }
  | { readonly status: 'deleted' }
  | { readonly status: 'live'; readonly metafield: Metafield };

const evolve = (_: MetafieldState, event: MetafieldEvent): MetafieldState =>
  event.type === 'MetafieldDeleted'
    ? { status: 'deleted' }
    : { status: 'live', metafield: event.data.metafield };

const decide: Decider<MetafieldState, MetafieldCommand, MetafieldEvent, Refusal>['decide'] = (
  state,
  command,
) => {
  const { at } = command;
  if (command.type === 'CreateMetafield') {
    return state.status === 'absent'
      ? accept({ type: 'MetafieldCreated', data: { metafield: command.metafield, at } })
      : reject(refusal('already-exists', 'id', 'A metafield with this id exists.'));
  }
  if (state.status !== 'live') return reject(refusal('not-found', 'id', 'No metafield has this id.'));
  return command.type === 'ReviseMetafield'
    ? accept({ type: 'MetafieldRevised', data: { metafield: command.metafield, at } })
    : accept({ type: 'MetafieldDeleted', data: { at } });
};

export const metafield: Decider<MetafieldState, MetafieldCommand, MetafieldEvent, Refusal> = {
  initial: { status: 'absent' },
  evolve,
  decide,
};
