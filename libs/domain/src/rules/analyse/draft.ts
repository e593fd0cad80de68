import type { Json } from '../../json.ts';
import type { FieldTest } from '../condition.ts';
import type { FieldName } from '../field-name.ts';

type Members = Record<string, unknown>;

/** Facts in the making: a shipment with one parcel, and one rate. */
export type Draft = Readonly<{
  shipment: Members;
  shipper: Members;
  recipient: Members;
  parcel: Members;
  rate: Members;
}>;

export const emptyDraft = (): Draft => ({
  shipment: {},
  shipper: {},
  recipient: {},
  parcel: {},
  rate: {
    id: 'rat_example',
    carrier_name: 'example',
    service: 'example',
    currency: 'USD',
    total_charge: 10,
    transit_days: 3,
  },
});

export type Writer = (draft: Draft, value: Json, test: FieldTest) => void;

const set =
  (part: keyof Draft, name: string): Writer =>
  (draft, value) => {
    draft[part][name] = value;
  };

/** A pattern of postal codes begins with a code that it means. */
const setPostal =
  (part: 'shipper' | 'recipient'): Writer =>
  (draft, value) => {
    const [code = ''] = typeof value === 'string' ? value.split('..') : [];
    const isRange = /^([A-Za-z0-9]+)-[A-Za-z0-9]+$/.exec(code);
    draft[part]['postal_code'] = isRange?.[1] ?? code.replace('*', '0');
  };

const setDeep =
  (part: 'shipment' | 'rate', name: string): Writer =>
  (draft, value, { path = [] }) => {
    const before = draft[part][name];
    draft[part][name] = withMember(isMembers(before) ? before : {}, path, value);
  };

const withMember = (members: Members, [key, ...rest]: readonly string[], value: Json): Members => {
  if (key === undefined) return members;
  const inner = members[key];
  return {
    ...members,
    [key]: rest.length > 0 ? withMember(isMembers(inner) ? inner : {}, rest, value) : value,
  };
};

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** How a fact is given a value; the facts that are not here are in no example. */
export const writers: Partial<Record<FieldName, Writer>> = {
  'origin.country_code': set('shipper', 'country_code'),
  'origin.postal_code': setPostal('shipper'),
  'origin.state_code': set('shipper', 'state_code'),
  'origin.city': set('shipper', 'city'),
  'origin.address_type': set('shipper', 'address_type'),
  'destination.country_code': set('recipient', 'country_code'),
  'destination.postal_code': setPostal('recipient'),
  'destination.state_code': set('recipient', 'state_code'),
  'destination.city': set('recipient', 'city'),
  'destination.address_type': set('recipient', 'address_type'),
  'shipment.weight': (draft, value, { unit = 'lb' }) => {
    draft.parcel['weight'] = value;
    draft.parcel['weight_unit'] = unit;
  },
  'shipment.value': set('shipment', 'value'),
  'shipment.order_total': set('shipment', 'order_total'),
  'shipment.currency': set('shipment', 'currency'),
  'shipment.channel': set('shipment', 'channel'),
  'shipment.tags': (draft, value) => {
    const before: unknown = draft.shipment['tags'];
    draft.shipment['tags'] = [...(Array.isArray(before) ? before.map(String) : []), value];
  },
  'shipment.date': set('shipment', 'shipping_date'),
  'shipment.metadata': setDeep('shipment', 'metadata'),
  'shipment.options': setDeep('shipment', 'options'),
  'rate.carrier': set('rate', 'carrier_name'),
  'rate.service': set('rate', 'service'),
  'rate.total_charge': set('rate', 'total_charge'),
  'rate.transit_days': (draft, value) => {
    draft.rate['transit_days'] = Math.max(0, Math.floor(Number(value)));
  },
  'rate.currency': set('rate', 'currency'),
  'rate.meta': setDeep('rate', 'meta'),
};
