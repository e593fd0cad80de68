import { getNamedType, getNullableType, isListType, type GraphQLInputObjectType } from 'graphql';
import { problem, type Problem } from '../http/problem.ts';

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What an address says after `?` as a list's filter: names as the filter has them, lists by commas or repetition. */
export const filterOfQuery = (
  query: Query,
  type: GraphQLInputObjectType,
): Readonly<{ filter: Readonly<Record<string, unknown>> }> | Readonly<{ problem: Problem }> => {
  const fields = type.getFields();
  const unknown = Object.keys(query).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) {
    const message = `There is no query parameter ${unknown}; there are ${Object.keys(fields).join(', ')}.`;
    return { problem: problem('validation', message, { field: unknown }) };
  }
  const filter = Object.entries(query).map(([name, value]): [string, unknown] => {
    const of = fields[name]?.type;
    const texts = [value ?? []].flat();
    const read = reader[of ? getNamedType(of).name : ''] ?? asText;
    return of && isListType(getNullableType(of))
      ? [name, texts.flatMap((text) => text.split(',')).map(read)]
      : [name, texts.length === 1 ? read(texts[0] ?? '') : texts];
  });
  return { filter: Object.fromEntries(filter) };
};

const asText = (text: string): unknown => text;
/** What is no number stays a text, which GraphQL then refuses by its field. */
const asNumber = (text: string): unknown => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text);
const booleans: Readonly<Record<string, boolean>> = { true: true, false: false };
const asBoolean = (text: string): unknown => booleans[text] ?? text;

const reader: Readonly<Record<string, (text: string) => unknown>> = {
  Int: asNumber,
  Float: asNumber,
  Boolean: asBoolean,
};
