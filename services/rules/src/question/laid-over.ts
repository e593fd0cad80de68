import type { Refusal, RuleDefinition } from '@karrio/domain';
import { refusal, validateRule } from '@karrio/domain';
import { z } from 'zod';
import { liveRulesOf, type LiveEntry, type LiveRules } from '../rule-book/rule-book.ts';

const object = z.record(z.string(), z.json());

/** A rule that is tried and not saved, as the gateway sends it. */
const Draft = z.object({
  /** Of the live rule whose place it takes. */
  id: z.string().optional(),
  name: z.string().trim().min(1, 'must not be empty').max(50),
  description: z.string().nullable().default(null),
  priority: z.number().int().default(1),
  isActive: z.boolean().default(true),
  conditions: object.nullable().default(null),
  actions: object.nullable().default(null),
  conditionsExtensions: object.nullable().default(null),
  actionsExtensions: object.nullable().default(null),
  condition: object.nullable().default(null),
  furtherActions: z.array(object).default([]),
});

/** Rules of a draft: laid over the live ones, or by themselves. */
export type DraftOf = Readonly<{ draft?: readonly unknown[] | undefined; isWhole: boolean }>;

/**
 * The rules as they would be: a draft with the id of a live rule takes its place, any other comes to them as the
 * youngest of its priority.
 */
export const laidOver = (
  live: readonly LiveEntry[],
  { draft = [], isWhole }: DraftOf,
): Readonly<{ rules: LiveRules }> | Readonly<{ refused: readonly Refusal[] }> => {
  const read = draft.map((input, index) => readDraft(input, index, live));
  const refused = read.flatMap((each) => ('refused' in each ? each.refused : []));
  if (refused.length > 0) return { refused };
  const drafted = read.flatMap((each) => ('entry' in each ? [each.entry] : []));
  const replaced = new Set(drafted.map(({ id }) => id));
  const kept = isWhole ? [] : live.filter(({ id }) => !replaced.has(id));
  return { rules: liveRulesOf([...kept, ...drafted]) };
};

const readDraft = (
  input: unknown,
  index: number,
  live: readonly LiveEntry[],
): Readonly<{ entry: LiveEntry }> | Readonly<{ refused: readonly Refusal[] }> => {
  const parsed = Draft.safeParse(input);
  const at = (field: string) => `draft.${index}.${field}`;
  if (!parsed.success) {
    return {
      refused: parsed.error.issues.map(({ path, message }) =>
        refusal('invalid', at(path.join('.')), message),
      ),
    };
  }
  const { id: given, isActive, ...fields } = parsed.data;
  const known = live.find(({ id }) => id === given);
  if (given !== undefined && !known) {
    return {
      refused: [
        refusal('not-found', at('id'), `No shipping rule has the id ${given}; leave it out for a new one.`),
      ],
    };
  }
  const definition: RuleDefinition = { ...fields, metadata: {}, templateSlug: null };
  const refused = validateRule(definition).map(({ code, field, message }) =>
    refusal(code, at(field), message),
  );
  if (refused.length > 0) return { refused };
  const id = known?.id ?? `draft_${index + 1}`;
  const createdAt = known?.createdAt ?? `9999-12-31T00:00:00.${String(index % 1_000).padStart(3, '0')}Z`;
  return { entry: { status: 'live', id, slug: id, isActive, createdAt, definition } };
};
