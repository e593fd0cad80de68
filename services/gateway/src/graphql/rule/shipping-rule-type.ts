import type { Json, JsonObject } from '@karrio/domain';
import type { ShippingRuleRow } from '@karrio/read-model';
import { builder, type BuilderTypes } from '../builder.ts';
import { definitionFields } from '../workflow/definition-fields.ts';
import {
  ComparisonOperator,
  comparisonOperators,
  RateComparisonField,
  rateComparisonFields,
  SelectServiceStrategy,
  selectStrategies,
} from './shipping-rule-enum.ts';

export const ShippingRuleType = builder.objectRef<ShippingRuleRow>('ShippingRuleType');

type ObjectFields<T> = PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, T>;

const objectIn = (parent: JsonObject, name: string): JsonObject | null => {
  const value = parent[name];
  return isObject(value) ? value : null;
};
const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textIn = (parent: JsonObject, name: string) => (typeof parent[name] === 'string' ? parent[name] : null);
const numberIn = (parent: JsonObject, name: string) =>
  typeof parent[name] === 'number' ? parent[name] : null;
const booleanIn = (parent: JsonObject, name: string) =>
  typeof parent[name] === 'boolean' ? parent[name] : null;

const oneOf = <T extends string>(values: readonly T[], value: Json | undefined): T | undefined =>
  values.find((each) => each === value);

const json = (t: ObjectFields<JsonObject>, name: string, description: string) =>
  t.field({ type: 'JSON', nullable: true, description, resolve: (parent) => parent[name] ?? null });
const text = (t: ObjectFields<JsonObject>, name: string, description: string) =>
  t.string({ nullable: true, description, resolve: (parent) => textIn(parent, name) });
const float = (t: ObjectFields<JsonObject>, name: string, description: string) =>
  t.float({ nullable: true, description, resolve: (parent) => numberIn(parent, name) });

const DestinationConditionType = builder.objectRef<JsonObject>('DestinationConditionType').implement({
  description: 'Where a shipment goes.',
  fields: (t) => ({
    country_code: text(t, 'country_code', 'The country, as two letters; !US is every other country.'),
    postal_code: t.field({
      type: ['String'],
      nullable: true,
      description: 'Postal codes, ranges such as 10001-10099 and prefixes such as 100*; any of them.',
      resolve: ({ postal_code: codes }) =>
        Array.isArray(codes) ? codes.filter((code) => typeof code === 'string') : null,
    }),
  }),
});

const WeightConditionType = builder.objectRef<JsonObject>('WeightConditionType').implement({
  description: 'The weight of all parcels together, both ends included.',
  fields: (t) => ({
    min: float(t, 'min', 'From this weight on.'),
    max: float(t, 'max', 'Up to this weight.'),
    unit: text(t, 'unit', 'lb, oz, kg or g; lb unless given.'),
  }),
});

const RateComparisonConditionType = builder.objectRef<JsonObject>('RateComparisonConditionType').implement({
  description: 'What a rate itself must be like.',
  fields: (t) => ({
    compare: t.field({
      type: RateComparisonField,
      description: 'What of the rate is looked at.',
      resolve: ({ compare }) => oneOf(rateComparisonFields, compare) ?? 'total_charge',
    }),
    operator: t.field({
      type: ComparisonOperator,
      description: 'How it compares.',
      resolve: ({ operator }) => oneOf(comparisonOperators, operator) ?? 'eq',
    }),
    value: t.float({ description: 'With what.', resolve: ({ value }) => Number(value) }),
  }),
});

const AddressTypeConditionType = builder.objectRef<JsonObject>('AddressTypeConditionType').implement({
  description: 'What kind of address a shipment goes to.',
  fields: (t) => ({
    type: t.string({
      description: 'Such as residential or po_box.',
      resolve: (parent) => textIn(parent, 'type') ?? '',
    }),
  }),
});

const ShippingRuleConditionsType = builder.objectRef<JsonObject>('ShippingRuleConditionsType').implement({
  description: 'When a rule applies: all of these at once; none of them, always.',
  fields: (t) => ({
    destination: t.field({
      type: DestinationConditionType,
      nullable: true,
      description: 'Where the shipment goes.',
      resolve: (parent) => objectIn(parent, 'destination'),
    }),
    carrier_id: text(
      t,
      'carrier_id',
      'The carrier: its code, the connection’s label or the connection’s id.',
    ),
    service: text(t, 'service', 'The service’s code.'),
    weight: t.field({
      type: WeightConditionType,
      nullable: true,
      description: 'How heavy the shipment is.',
      resolve: (parent) => objectIn(parent, 'weight'),
    }),
    rate_comparison: t.field({
      type: RateComparisonConditionType,
      nullable: true,
      description: 'What the rate is like.',
      resolve: (parent) => objectIn(parent, 'rate_comparison'),
    }),
    metadata: json(t, 'metadata', 'What the shipment’s metadata must hold.'),
    address_type: t.field({
      type: AddressTypeConditionType,
      nullable: true,
      description: 'What kind of address it goes to.',
      resolve: (parent) => objectIn(parent, 'address_type'),
    }),
    value: float(t, 'value', 'The shipment’s value is at least this.'),
    extensions: json(t, 'extensions', 'What the shipment’s extensions must hold.'),
  }),
});

const SelectServiceActionType = builder.objectRef<JsonObject>('SelectServiceActionType').implement({
  description: 'Which rate is taken of those that are left.',
  fields: (t) => ({
    carrier_code: text(t, 'carrier_code', 'Only this carrier’s.'),
    carrier_id: text(t, 'carrier_id', 'Only this connection’s.'),
    service_code: text(t, 'service_code', 'Only this service’s.'),
    strategy: t.field({
      type: SelectServiceStrategy,
      description: 'By what they are compared.',
      resolve: ({ strategy }) => oneOf(selectStrategies, strategy) ?? 'cheapest',
    }),
  }),
});

const ShippingRuleActionsType = builder.objectRef<JsonObject>('ShippingRuleActionsType').implement({
  description: 'What a rule does where it applies.',
  fields: (t) => ({
    select_service: t.field({
      type: SelectServiceActionType,
      nullable: true,
      description: 'Takes a rate.',
      resolve: (parent) => objectIn(parent, 'select_service'),
    }),
    block_service: t.boolean({
      nullable: true,
      description: 'Takes the rates that it matches out of the choice.',
      resolve: (parent) => booleanIn(parent, 'block_service'),
    }),
    extensions: json(t, 'extensions', 'Further actions.'),
  }),
});

export const addShippingRule = (): void => {
  builder.objectType(ShippingRuleType, {
    description: 'When which rate is taken. docs/shipping-rules.md says what rules can do.',
    fields: (t) => ({
      ...definitionFields(t, 'shipping_rule'),
      name: t.exposeString('name', { description: 'What people call it.' }),
      priority: t.exposeInt('priority', {
        description:
          'Its place among the rules: the higher number is asked first, of equal ones the older rule.',
      }),
      is_active: t.exposeBoolean('is_active', { description: 'Whether it takes part in decisions.' }),
      description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
      metadata: t.expose('metadata', { type: 'JSON', nullable: true, description: 'Your own data.' }),
      ...bodyFields(t),
    }),
  });
};

const bodyFields = (t: ObjectFields<ShippingRuleRow>) => ({
  conditions: t.field({
    type: ShippingRuleConditionsType,
    nullable: true,
    description: 'When it applies; null where condition alone says it.',
    resolve: ({ conditions }) => conditions,
  }),
  actions: t.field({
    type: ShippingRuleActionsType,
    nullable: true,
    description: 'What it does.',
    resolve: ({ actions }) => actions,
  }),
  conditions_extensions: t.field({
    type: 'JSON',
    nullable: true,
    description: 'Further conditions, by the names that the contract has for them.',
    resolve: ({ conditions_extensions }) => conditions_extensions,
  }),
  actions_extensions: t.field({
    type: 'JSON',
    nullable: true,
    description: 'Further actions, by the names that the contract has for them.',
    resolve: ({ actions_extensions }) => actions_extensions,
  }),
  condition: t.field({
    type: 'JSON',
    nullable: true,
    description: 'A nested condition of all, any and not, which has to hold as well as the flat ones.',
    resolve: ({ condition }) => condition,
  }),
  further_actions: t.field({
    type: ['JSON'],
    description:
      'What it does besides: filter, surcharge, discount, set_options, prefer_carrier, hold, notify.',
    resolve: ({ further_actions }) => further_actions,
  }),
});
