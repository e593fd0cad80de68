import { commandPayloads, type CommandName, type FieldErrors } from '@karrio/contracts';
import type { z } from 'zod';
import { jsonFlawIn } from '../http/json-flaw.ts';
import { plainWords } from '../http/plain-words.ts';

/** The members of these are the user's own: no key inside is ours to rename. */
const opaque: ReadonlySet<string> = new Set([
  'metadata',
  'parameters',
  'value',
  'credentials',
  'output',
  'rule',
  'facts',
]);

/** The write side knows no null for these; clients that send every field they know mean "not given" by it. */
const neverNull: ReadonlySet<string> = new Set([
  'id',
  'name',
  'metadata',
  'isActive',
  'testMode',
  'onFailure',
  'actionNodes',
  'actions',
  'actionType',
  'triggerType',
  'authType',
  'templateEngine',
  'metafields',
  'key',
  'type',
  'isRequired',
  'maxRetries',
  'baseDelayMs',
  'maxDelayMs',
  'statuses',
  'timezone',
  'overlapPolicy',
  'catchUpPolicy',
  'catchUpWindowMs',
  'jitterMs',
  'types',
  'keepFormerMs',
  'priority',
  'furtherActions',
]);

/** A GraphQL input as the payload of its command, or what is wrong with it by the input's own field names. */
export const payloadOf = (
  name: CommandName,
  input: object,
): { readonly payload: unknown } | { readonly errors: FieldErrors } => {
  const flaw = jsonFlawIn(input);
  if (flaw) return { errors: [{ field: inputPath(flaw.path), messages: [flaw.message] }] };
  // Each by its name: a union of them all is too deep for the compiler.
  const command: z.ZodType = commandPayloads[name];
  const { success, data, error } = command.safeParse(camelCased(input), { error: plainWords });
  return success ? { payload: data } : { errors: fieldErrorsOf(error.issues) };
};

const camelCased = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(camelCased);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
      const name = key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      if (member === undefined || (member === null && neverNull.has(name))) return [];
      return [[name, opaque.has(name) ? member : camelCased(member)]];
    }),
  );
};

const fieldErrorsOf = (issues: readonly z.core.$ZodIssue[]): FieldErrors => {
  const messagesOf = new Map<string, string[]>();
  for (const issue of issues) {
    const field = inputPath(issue.path);
    messagesOf.set(field, [...(messagesOf.get(field) ?? []), issue.message]);
  }
  return [...messagesOf].map(([field, messages]) => ({ field, messages }));
};

/** `['actionNodes', 0, 'slug']` → `action_nodes[0].slug`. */
const inputPath = (path: readonly PropertyKey[]): string => {
  const opaqueAt = path.findIndex((part) => opaque.has(String(part)));
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      const name = opaqueAt >= 0 && index > opaqueAt ? String(part) : snakeCased(String(part));
      return index === 0 ? name : `.${name}`;
    })
    .join('');
};

/** A path in the words of the command, as a rejection of the write side names it: `actionNodes[0].slug`. */
export const inputPathOf = (commandPath: string): string =>
  inputPath(commandPath.match(/[^.[\]]+/g)?.map((part) => (/^\d+$/.test(part) ? Number(part) : part)) ?? []);

/** A secret is sealed on its way; who sent it knows it as `secret`. */
const snakeCased = (name: string): string =>
  name === 'sealedSecret' ? 'secret' : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
