import { shippingRuleTemplates } from './shipping-rule-templates.ts';

type Given = Readonly<Record<string, unknown>>;

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/**
 * An input for a new rule, with what its template_slug stands for where it says nothing itself. A slug of no
 * template is a note.
 */
export const filledRule = (input: Given): Given => {
  const template = shippingRuleTemplates.find(({ slug }) => slug === input['template_slug']);
  if (!template) return input;
  const { slug: _, name: __, ...fields } = template;
  const said = Object.entries(input).filter(([, value]) => isGiven(value));
  return { ...fields, ...Object.fromEntries(said) };
};
