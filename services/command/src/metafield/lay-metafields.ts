import { derivedId, type InlineMetafield } from '@karrio/contracts';
import { refusal, type Metafield, type Refusal } from '@karrio/domain';
import type { Issue } from '../definition/change.ts';
import { shapeMetafield } from './shape-metafield.ts';

type Laid = Readonly<{ metafields: readonly Metafield[] }> | Readonly<{ refused: readonly Refusal[] }>;

/**
 * An object's metafields with those of an input laid over: one that is there, by its id or its key, is changed, any
 * other is new. Who leaves one out keeps it; delete_metafield takes it away. `owner` tells ids apart.
 */
export const layMetafields = (
  known: readonly Metafield[],
  inputs: readonly InlineMetafield[] | undefined,
  issue: Issue,
  { owner, path }: Readonly<{ owner: string; path: string }>,
): Laid => {
  const metafields = [...known];
  const refused: Refusal[] = [];
  for (const [index, input] of (inputs ?? []).entries()) {
    const at = `${path}metafields[${index}].`;
    const place = metafields.findIndex(({ id, key }) => (input.id ? id === input.id : key === input.key));
    if (input.id && place < 0) {
      refused.push(
        refusal('not-found', `${at}id`, `It has no metafield ${input.id}; leave the id out to make one.`),
      );
      continue;
    }
    const id = derivedId('metafield', issue.commandId, owner, String(index));
    const shaped = shapeMetafield(input, metafields[place], { id, at: issue.at, path: at });
    if ('refused' in shaped) refused.push(shaped.refused);
    else if (isTaken(metafields, place, shaped.metafield)) refused.push(taken(`${at}key`, shaped.metafield));
    else metafields.splice(place < 0 ? metafields.length : place, 1, shaped.metafield);
  }
  return refused.length > 0 ? { refused } : { metafields };
};

const isTaken = (metafields: readonly Metafield[], place: number, { key }: Metafield): boolean =>
  metafields.some((other, index) => index !== place && other.key === key);

const taken = (field: string, { key }: Metafield): Refusal =>
  refusal('already-exists', field, `Another metafield of this object has the key ${key}; change that one.`);
