/** What an input says of the rule itself, by the names that the command has for them. */
const ruleParts = {
  conditions: 'conditions',
  actions: 'actions',
  conditions_extensions: 'conditionsExtensions',
  actions_extensions: 'actionsExtensions',
  condition: 'condition',
  further_actions: 'furtherActions',
} as const;

type RuleInput = Readonly<Record<string, unknown>>;

/** An input as the command's: what the author wrote stays as it is under `rule`, below which nothing is renamed. */
export const ruleCommandInput = (input: RuleInput): object => {
  const { rest, rule } = partsOf(input);
  return { ...rest, rule };
};

type Parts = Readonly<Record<'rest' | 'rule', Readonly<Record<string, unknown>>>>;

const partsOf = (input: RuleInput): Parts => {
  const rule: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    if (!isPart(name)) rest[name] = value;
    else if (name !== 'further_actions' || value !== null) rule[ruleParts[name]] = withoutNulls(value);
  }
  return { rest, rule };
};

/** Rules that are tried and not saved, as the rules service reads them. */
export const draftsOf = (drafts: readonly RuleInput[]): readonly object[] =>
  drafts.map((draft) => {
    const { rest, rule } = partsOf(draft);
    const { is_active: isActive, template_slug: _, metadata: __, ...head } = rest;
    return presentIn({ ...head, ...rule, isActive });
  });

const isPart = (name: string): name is keyof typeof ruleParts => Object.hasOwn(ruleParts, name);

/** Clients that send every field they know mean "not said" by null. */
const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls);
  return value === null || typeof value !== 'object' ? value : presentIn(value);
};

const presentIn = (value: object): object =>
  Object.fromEntries(
    Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
      member === null || member === undefined ? [] : [[key, withoutNulls(member)]],
    ),
  );

/** `rule.furtherActions[0].type` → `further_actions[0].type`. */
export const inputPathOfRule = (path: string): string =>
  path
    .replace(/^rule\./, '')
    .replace(/^(conditions|actions)Extensions|^furtherActions/, (name) =>
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    );
