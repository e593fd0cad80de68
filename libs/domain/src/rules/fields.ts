import type { Json } from '../json.ts';
import { addressTypeOf, addressTypes, addressTypesOf } from './address.ts';
import { decimal, sumOf, type Decimal } from './decimal.ts';
import type { AddressFacts } from './facts.ts';
import type { FieldName } from './field-name.ts';
import { ofItem, ofParcel, ofRate, ofShipment, type Field } from './field.ts';
import { jsonKind } from './json-kind.ts';
import { isMap } from './map.ts';
import { dateOf, weekdays } from './moment.ts';
import { moneyOf } from './money.ts';
import {
  dateKind,
  decimalKind,
  distanceKind,
  massKind,
  moneyKind,
  timeKind,
  volumeKind,
} from './number-kinds.ts';
import {
  anyOfChoices,
  anyOfTexts,
  choiceText,
  countryText,
  currencyText,
  plainText,
  postalText,
} from './text-kinds.ts';
import { fold, totalOf, type ParcelView, type Scene } from './view.ts';

/** A text that says something, as texts are compared. */
const said = (text: string | null | undefined): string | undefined =>
  text ? fold(text) || undefined : undefined;

const count = (number: number | null | undefined): Decimal | undefined =>
  number === undefined || number === null ? undefined : decimal(number);

const at = (json: Json | null | undefined, path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((value, key) => memberOf(value, key), json ?? undefined);

const memberOf = (json: Json | undefined, key: string): Json | undefined =>
  isMap(json) && Object.hasOwn(json, key) ? json[key] : undefined;

const girthOf = ({ sides }: ParcelView): Decimal | undefined => sides && sides[1].plus(sides[2]).times(2);

const volumeOf = ({ sides }: ParcelView): Decimal | undefined =>
  sides && sides[0].times(sides[1]).times(sides[2]);

type AddressOf = (scene: Scene) => AddressFacts | null | undefined;

const shipper: AddressOf = ({ facts }) => facts.shipment.shipper;
const recipient: AddressOf = ({ facts }) => facts.shipment.recipient;

const country = (address: AddressOf) =>
  ofShipment(countryText, (scene) => said(address(scene)?.country_code));
const postalCode = (address: AddressOf) =>
  ofShipment(postalText, (scene) => said(address(scene)?.postal_code));
const state = (address: AddressOf) => ofShipment(plainText, (scene) => said(address(scene)?.state_code));
const city = (address: AddressOf) => ofShipment(plainText, (scene) => said(address(scene)?.city));
const addressType = (address: AddressOf) =>
  ofShipment(anyOfChoices(addressTypes, addressTypeOf), (scene) => addressTypesOf(address(scene)));

/** Where each fact is found, and how it compares. */
export const fields: Readonly<Record<FieldName, Field>> = {
  'origin.country_code': country(shipper),
  'origin.postal_code': postalCode(shipper),
  'origin.state_code': state(shipper),
  'origin.city': city(shipper),
  'origin.address_type': addressType(shipper),
  'destination.country_code': country(recipient),
  'destination.postal_code': postalCode(recipient),
  'destination.state_code': state(recipient),
  'destination.city': city(recipient),
  'destination.address_type': addressType(recipient),

  'shipment.weight': ofShipment(massKind, (scene) => scene.weight()),
  'shipment.volume': ofShipment(volumeKind, ({ parcels }) => totalOf(parcels?.map(volumeOf))),
  'shipment.parcel_count': ofShipment(decimalKind, ({ parcels }) => parcels && decimal(parcels.length)),
  'shipment.item_count': ofShipment(decimalKind, ({ items }) => {
    const quantities = items()?.map(({ item }) => decimal(item.quantity ?? 1));
    return quantities && sumOf(quantities);
  }),
  'shipment.value': ofShipment(moneyKind, (scene) => scene.value()),
  'shipment.order_total': ofShipment(moneyKind, ({ facts: { shipment } }) =>
    moneyOf(shipment.order_total, shipment.currency),
  ),
  'shipment.currency': ofShipment(currencyText, ({ facts }) => said(facts.shipment.currency)),
  'shipment.channel': ofShipment(plainText, ({ facts }) => said(facts.shipment.channel)),
  'shipment.tags': ofShipment(anyOfTexts, ({ facts }) => facts.shipment.tags?.map(fold)),
  'shipment.date': ofShipment(dateKind, ({ moment }) => moment().date),
  'shipment.weekday': ofShipment(choiceText(weekdays), ({ moment }) => moment().weekday),
  'shipment.time': ofShipment(timeKind, ({ moment }) => moment().time),
  'shipment.metadata': ofShipment(jsonKind, ({ facts }, path) => at(facts.shipment.metadata, path)),
  'shipment.options': ofShipment(jsonKind, ({ facts }, path) => at(facts.shipment.options, path)),

  'rate.carrier': ofRate(anyOfTexts, ({ carriers }) => carriers),
  'rate.service': ofRate(plainText, ({ service }) => service),
  'rate.total_charge': ofRate(moneyKind, ({ total }) => total),
  'rate.insurance_charge': ofRate(moneyKind, ({ charge }) => charge('insurance')),
  'rate.fuel_surcharge': ofRate(moneyKind, ({ charge }) => charge('fuel')),
  'rate.duty_charge': ofRate(moneyKind, ({ charge }) => charge('duty')),
  'rate.tax_charge': ofRate(moneyKind, ({ charge }) => charge('tax')),
  'rate.transit_days': ofRate(decimalKind, ({ rate }) => count(rate.transit_days)),
  'rate.estimated_delivery': ofRate(dateKind, ({ rate }) => dateOf(rate.estimated_delivery ?? '')),
  /** Calendar days from the shipment's day to the estimated delivery. */
  'rate.delivery_days': ofRate(decimalKind, ({ deliveryDays }) => count(deliveryDays())),
  'rate.currency': ofRate(currencyText, ({ rate }) => said(rate.currency)),
  'rate.meta': ofRate(jsonKind, ({ rate }, path) => at(rate.meta, path)),

  'parcel.weight': ofParcel(massKind, ({ weight }) => weight),
  /** The longest side, whichever way round the parcel was measured. */
  'parcel.length': ofParcel(distanceKind, ({ sides }) => sides?.[0]),
  'parcel.width': ofParcel(distanceKind, ({ sides }) => sides?.[1]),
  /** The shortest side. */
  'parcel.height': ofParcel(distanceKind, ({ sides }) => sides?.[2]),
  /** Around the two shorter sides. */
  'parcel.girth': ofParcel(distanceKind, girthOf),
  'parcel.length_plus_girth': ofParcel(
    distanceKind,
    (parcel) => parcel.sides && girthOf(parcel)?.plus(parcel.sides[0]),
  ),
  'parcel.volume': ofParcel(volumeKind, volumeOf),
  'parcel.packaging_type': ofParcel(plainText, ({ parcel }) => said(parcel.packaging_type)),

  'item.sku': ofItem(plainText, ({ item }) => said(item.sku)),
  'item.title': ofItem(plainText, ({ item }) => said(item.title)),
  'item.hs_code': ofItem(plainText, ({ item }) => said(item.hs_code)),
  'item.origin_country': ofItem(countryText, ({ item }) => said(item.origin_country)),
  'item.quantity': ofItem(decimalKind, ({ item }) => decimal(item.quantity ?? 1)),
  /** Of one piece. */
  'item.weight': ofItem(massKind, ({ weight }) => weight()),
  /** Of one piece. */
  'item.value': ofItem(moneyKind, ({ value }) => value()),
  'item.metadata': ofItem(jsonKind, ({ item }, path) => at(item.metadata, path)),
};
