import type { ShippingRuleTemplate } from './template.ts';

/** The carriers that may deliver to a post office's boxes: the posts. */
const posts = ['usps', 'usps_international', 'canadapost', 'royalmail', 'australiapost', 'deutschepost'];

/** In the order in which they are evaluated where all are taken as they are. */
export const shippingRuleTemplates: readonly ShippingRuleTemplate[] = [
  {
    slug: 'block-po-box',
    name: 'Block PO boxes for couriers',
    description: 'Blocks the carriers that cannot deliver to a PO box. The posts stay.',
    priority: 500,
    conditions: { address_type: { type: 'po_box' } },
    condition: { field: 'rate.carrier', operator: 'not_in', value: posts },
    actions: { block_service: true },
  },
  {
    slug: 'local-delivery',
    name: 'Local delivery',
    description: 'Takes the fastest same-day service to homes nearby. Set your postal codes.',
    priority: 400,
    conditions: {
      destination: { postal_code: ['10001', '10002', '10003'] },
      address_type: { type: 'residential' },
    },
    condition: { field: 'rate.service', operator: 'matches', value: 'same[_ -]?day' },
    actions: { select_service: { strategy: 'fastest' } },
  },
  {
    slug: 'heavy-freight',
    name: 'Heavy freight',
    description: 'Sends 100 lb and more by the cheapest freight service.',
    priority: 300,
    conditions: { weight: { min: 100, unit: 'lb' } },
    condition: { field: 'rate.service', operator: 'contains', value: 'freight' },
    actions: { select_service: { strategy: 'cheapest' } },
  },
  {
    slug: 'domestic-free-shipping',
    name: 'Domestic free shipping',
    description: 'Sends what weighs up to 50 lb within the United States by the cheapest service of USPS.',
    priority: 200,
    conditions: { destination: { country_code: 'US' }, weight: { min: 0, max: 50, unit: 'lb' } },
    actions: { select_service: { strategy: 'cheapest', carrier_code: 'usps' } },
  },
  {
    slug: 'international-express',
    name: 'International express',
    description: 'Sends abroad by the fastest service of FedEx.',
    priority: 150,
    conditions: { destination: { country_code: '!US' } },
    actions: { select_service: { strategy: 'fastest', carrier_code: 'fedex' } },
  },
  {
    slug: 'cheapest-option',
    name: 'Cheapest option',
    description: 'Takes the cheapest rate, whatever the shipment. Of those that cost the same, the fastest.',
    priority: 100,
    actions: { select_service: { strategy: 'cheapest' } },
  },
  {
    slug: 'fastest-option',
    name: 'Fastest option',
    description:
      'Takes the fastest rate, whatever the shipment. Rates that do not say how long they take come last.',
    priority: 100,
    actions: { select_service: { strategy: 'fastest' } },
  },
  {
    slug: 'carrier-preference',
    name: 'Carrier preference',
    description: 'Takes the cheapest service of FedEx where no rule of a higher priority selects.',
    priority: 50,
    actions: { select_service: { strategy: 'preferred', carrier_code: 'fedex' } },
  },
];
