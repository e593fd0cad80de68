import { GraphQLError } from 'graphql';

/**
 * GraphQL's complaints quote what they complain of, whole inputs at times, and an input may hold a secret. What they
 * say besides stays: the variable, the path, what was expected; `valuesOf` an enum, by its name.
 */
export const withoutValues = (
  error: GraphQLError,
  valuesOf: (enumName: string) => readonly string[],
): GraphQLError => {
  const message = unquoted(error.message).replace(
    /The value does not exist in "(\w+)" enum\.$/,
    (said, name: string) => `${said.slice(0, -1)}; it has ${valuesOf(name).join(', ')}.`,
  );
  return withMessage(error, message);
};

/** The same error in other words. */
export const withMessage = (error: GraphQLError, message: string): GraphQLError => {
  if (message === error.message) return error;
  const { nodes, source, positions, path, extensions } = error;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    extensions,
  });
};

export const unquoted = (message: string): string => {
  const [, variable, said = ''] = /^(Variable "\$\w+") got invalid value ([^]*)$/.exec(message) ?? [];
  if (variable === undefined) return unquotedReason(message);
  const reason = reasonAtEnd.exec(said);
  const [, path] = / at "([\w.[\]]+)"$/.exec(said.slice(0, reason?.index)) ?? [];
  const place = path === undefined ? '' : ` at "${path}"`;
  return `${variable} got an invalid value${place}; ${unquotedReason(reason?.[1] ?? 'it does not fit its type.')}`;
};

/** After the quoted value, whose own text may look like anything: the last that reads like a reason is one. */
const reasonAtEnd =
  /; ((?:Expected (?:non-nullable )?type|Field "\w+" (?:of required|is not defined)|\w+ cannot represent|Enum "|Value "|A (?:JSON|DateTime) )(?:(?!; (?:Expected|Field|Value)).)*)$/s;

const unquotedReason = (reason: string): string =>
  reason
    .replace(/^(\w+|Enum "\w+") (cannot represent [a-z0-9 -]*value): [^]*$/i, '$1 $2.')
    .replace(/^Value "[^]*" (does not exist in "\w+" enum\.)/, 'The value $1')
    .replace(/^(Expected value of type "[^"]+"), found [^]*$/, '$1.')
    .replace(/^(Syntax Error: Expected [^,]+, found (?:String|BlockString|Int|Float)) "[^]*$/, '$1.')
    .replace(/^(Syntax Error: Unexpected (?:String|BlockString|Int|Float)) "[^]*$/, '$1.');
