import { builder, type BuilderTypes } from '../builder.ts';
import { pageFields } from '../page.ts';
import { ComparisonOperator, RateComparisonField, SelectServiceStrategy } from './shipping-rule-enum.ts';

const DestinationConditionInput = builder.inputType('DestinationConditionInput', {
  description: 'Where a shipment goes.',
  fields: (t) => ({
    country_code: t.string({ description: 'The country, as two letters; !US is every other country.' }),
    postal_code: t.stringList({
      description: 'Postal codes, ranges such as 10001-10099 and prefixes such as 100*; any of them.',
    }),
  }),
});

const WeightConditionInput = builder.inputType('WeightConditionInput', {
  description: 'The weight of all parcels together, both ends included.',
  fields: (t) => ({
    min: t.float({ description: 'From this weight on.' }),
    max: t.float({ description: 'Up to this weight.' }),
    unit: t.string({ description: 'lb, oz, kg or g; lb unless given.' }),
  }),
});

const RateComparisonConditionInput = builder.inputType('RateComparisonConditionInput', {
  description: 'What a rate itself must be like.',
  fields: (t) => ({
    compare: t.field({
      type: RateComparisonField,
      required: true,
      description: 'What of the rate is looked at.',
    }),
    operator: t.field({ type: ComparisonOperator, required: true, description: 'How it compares.' }),
    value: t.float({ required: true, description: 'With what.' }),
  }),
});

const AddressTypeConditionInput = builder.inputType('AddressTypeConditionInput', {
  description: 'What kind of address a shipment goes to.',
  fields: (t) => ({
    type: t.string({ required: true, description: 'residential, business, po_box or military.' }),
  }),
});

const ShippingRuleConditionsInput = builder.inputType('ShippingRuleConditionsInput', {
  description: 'When a rule applies: all of these at once; none of them, always.',
  fields: (t) => ({
    destination: t.field({ type: DestinationConditionInput, description: 'Where the shipment goes.' }),
    carrier_id: t.string({
      description: 'The carrier: its code, the connection’s label or the connection’s id.',
    }),
    service: t.string({ description: 'The service’s code.' }),
    weight: t.field({ type: WeightConditionInput, description: 'How heavy the shipment is.' }),
    rate_comparison: t.field({ type: RateComparisonConditionInput, description: 'What the rate is like.' }),
    metadata: t.field({ type: 'JSON', description: 'What the shipment’s metadata must hold.' }),
    address_type: t.field({
      type: AddressTypeConditionInput,
      description: 'What kind of address it goes to.',
    }),
    value: t.float({ description: 'The shipment’s value is at least this.' }),
    extensions: t.field({ type: 'JSON', description: 'What the shipment’s extensions must hold.' }),
  }),
});

const SelectServiceActionInput = builder.inputType('SelectServiceActionInput', {
  description: 'Which rate is taken of those that are left.',
  fields: (t) => ({
    carrier_code: t.string({ description: 'Only this carrier’s.' }),
    carrier_id: t.string({ description: 'Only this connection’s.' }),
    service_code: t.string({ description: 'Only this service’s.' }),
    strategy: t.field({
      type: SelectServiceStrategy,
      description: 'By what they are compared; cheapest unless given.',
    }),
  }),
});

const ShippingRuleActionsInput = builder.inputType('ShippingRuleActionsInput', {
  description: 'What a rule does where it applies.',
  fields: (t) => ({
    select_service: t.field({ type: SelectServiceActionInput, description: 'Takes a rate.' }),
    block_service: t.boolean({ description: 'Takes the rates that it matches out of the choice.' }),
    extensions: t.field({ type: 'JSON', description: 'Further actions.' }),
  }),
});

type Fields = PothosSchemaTypes.InputFieldBuilder<BuilderTypes, 'InputObject'>;

const ruleFields = (t: Fields) => ({
  description: t.string({ description: 'What it is for; at most 500 characters.' }),
  priority: t.int({
    description: 'Its place: the higher number is asked first, of equal ones the older rule. 1 unless given.',
  }),
  is_active: t.boolean({ description: 'Whether it takes part in decisions; true unless given.' }),
  conditions: t.field({ type: ShippingRuleConditionsInput, description: 'When it applies.' }),
  actions: t.field({ type: ShippingRuleActionsInput, description: 'What it does.' }),
  conditions_extensions: t.field({
    type: 'JSON',
    description: 'Further conditions, by the names that the contract has for them.',
  }),
  actions_extensions: t.field({
    type: 'JSON',
    description: 'Further actions, by the names that the contract has for them.',
  }),
  condition: t.field({
    type: 'JSON',
    description: 'A nested condition of all, any and not, which has to hold as well as the flat ones.',
  }),
  further_actions: t.field({
    type: ['JSON'],
    description:
      'What it does besides: filter, surcharge, discount, set_options, prefer_carrier, hold, notify.',
  }),
  metadata: t.field({ type: 'JSON', description: 'Your own data.' }),
  template_slug: t.string({ description: 'A template that fills in what this leaves out.' }),
});

export const CreateShippingRuleMutationInput = builder.inputType('CreateShippingRuleMutationInput', {
  description: 'A new shipping rule.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What people call it; at most 50 characters.' }),
    ...ruleFields(t),
  }),
});

export const UpdateShippingRuleMutationInput = builder.inputType('UpdateShippingRuleMutationInput', {
  description: 'Changes to a shipping rule; what is left out stays.',
  fields: (t) => ({
    id: t.string({ required: true, description: 'Its id.' }),
    name: t.string({ description: 'What people call it; at most 50 characters.' }),
    ...ruleFields(t),
  }),
});

/** A rule that is tried and not saved. */
export const DraftShippingRuleInput = builder.inputType('DraftShippingRuleInput', {
  description: 'A rule as it would be saved.',
  fields: (t) => ({
    id: t.string({ description: 'Of the live rule whose place it takes; none for a new one.' }),
    name: t.string({ required: true, description: 'What people call it.' }),
    ...ruleFields(t),
  }),
});

export const ReorderShippingRulesMutationInput = builder.inputType('ReorderShippingRulesMutationInput', {
  description: 'The order in which rules are asked.',
  fields: (t) => ({
    ids: t.stringList({
      required: true,
      description: 'The ids of all rules, active or not; the first is asked first.',
    }),
  }),
});

export const ShippingRuleFilter = builder.inputType('ShippingRuleFilter', {
  description: 'Which rules, and which page of them.',
  fields: (t) => ({
    ...pageFields(t),
    keyword: t.string({ description: 'A part of the name, the slug or the description, or the id.' }),
    is_active: t.boolean({ description: 'Those that take part in decisions, or those that do not.' }),
    priority: t.int({ description: 'Those of exactly this priority.' }),
  }),
});
