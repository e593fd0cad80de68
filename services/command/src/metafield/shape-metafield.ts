import type { InlineMetafield } from '@karrio/contracts';
import {
  isSecretMetafield,
  metafieldValueProblem,
  refusal,
  type Metafield,
  type Refusal,
  type SealedSecret,
} from '@karrio/domain';
import { sealedAt } from '../definition/sealed-at.ts';

type Shaped = Readonly<{ metafield: Metafield }> | Readonly<{ refused: Refusal }>;

type Making = Readonly<{
  id: string;
  at: string;
  /** Leads the fields of its errors: `metafields[0].`. */ path: string;
}>;

/** The input laid over what is (on update) or over the defaults. */
export const shapeMetafield = (
  input: InlineMetafield,
  known: Metafield | undefined,
  { id, at, path }: Making,
): Shaped => {
  const { key, type, isRequired } = { ...known, ...given(input) };
  if (key === undefined) return refused(`${path}key`, 'Give the metafield a key.');
  if (type === undefined)
    return refused(`${path}type`, 'Say what its value is: text, number, boolean, json, …');
  // Once a secret, always a secret, until it is taken away.
  const isSecret = isSecretMetafield({ key, type }) || Boolean(known?.secret);
  const content = isSecret ? secretContent(input, known, at) : plainContent({ ...input, type }, known);
  if ('problem' in content) return refused(`${path}value`, content.problem);
  return { metafield: { id: known?.id ?? id, key, type, isRequired: isRequired ?? false, ...content } };
};

const given = ({ key, type, isRequired }: InlineMetafield): Partial<Metafield> => ({
  ...(key === undefined ? {} : { key }),
  ...(type === undefined ? {} : { type }),
  ...(isRequired === undefined ? {} : { isRequired }),
});

type Content = Pick<Metafield, 'value' | 'secret'> | Readonly<{ problem: string }>;

const sealedElsewhere =
  'Another change came first that makes this a secret, or none any more. Send it again.';

const secretContent = (
  { value, secret }: InlineMetafield,
  known: Metafield | undefined,
  at: string,
): Content => {
  if (secret !== undefined) return { value: null, secret: sealedOrNone(secret, known?.secret ?? null, at) };
  // The gateway sends a secret's value sealed; this one was none when it looked.
  if (value !== undefined && value !== null) return { problem: sealedElsewhere };
  if (known && known.value !== null) {
    return { problem: 'This makes it a secret, which is sealed as it is given: give the value again.' };
  }
  return { value: null, secret: known?.secret ?? null };
};

const sealedOrNone = (
  given: InlineMetafield['secret'],
  known: SealedSecret | null,
  at: string,
): SealedSecret | null => (given ? sealedAt(given, known, at) : null);

const plainContent = (
  { type, value, secret }: InlineMetafield & Pick<Metafield, 'type'>,
  known: Metafield | undefined,
): Content => {
  if (secret) return { problem: sealedElsewhere };
  if (value === undefined && known?.secret) {
    return {
      problem: 'Its value was a secret and stays one: give a value, or null, that everyone may read.',
    };
  }
  const next = value === undefined ? (known?.value ?? null) : value;
  const problem = metafieldValueProblem(type, next);
  return problem === undefined ? { value: next, secret: null } : { problem };
};

const refused = (field: string, message: string): Shaped => ({ refused: refusal('invalid', field, message) });
