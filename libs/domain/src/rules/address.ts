import type { AddressFacts } from './facts.ts';

/** What an address is; it may be several at once, such as residential and a PO box. */
export const addressTypes = ['residential', 'business', 'po_box', 'military'] as const;

const names: Readonly<Record<string, string>> = {
  commercial: 'business',
  'po box': 'po_box',
  pobox: 'po_box',
};

/** A type by one of its names. */
export const addressTypeOf = (text: string): string => {
  const folded = text.trim().toLowerCase();
  return names[folded] ?? folded;
};

const poBox =
  /\bp\.?\s*o\.?\s*box\b|\bpost\s+office\s+box\b|\bpostfach\b|\bbo[iî]te\s+postale\b|\bapartado\b/i;
const military = /\b(apo|fpo|dpo)\b/i;
const militaryStates = ['AA', 'AE', 'AP'];

/** Undefined where nothing is known: neither said, nor to be read from its lines. */
export const addressTypesOf = (address: AddressFacts | null | undefined): readonly string[] | undefined => {
  if (!address) return undefined;
  const lines = [address.address_line1, address.address_line2].join('\n');
  const types = [
    ...(address.address_type ? [addressTypeOf(address.address_type)] : []),
    ...(typeof address.residential === 'boolean' ? [address.residential ? 'residential' : 'business'] : []),
    ...(poBox.test(lines) ? ['po_box'] : []),
    ...(isMilitary(address) ? ['military'] : []),
  ];
  return types.length > 0 || lines.trim() !== '' ? types : undefined;
};

/** Of the United States alone: AP is a province of Italy and a state of Brazil, too. */
const isMilitary = ({ country_code, city, state_code }: AddressFacts): boolean =>
  ['', 'US'].includes((country_code ?? '').trim().toUpperCase()) &&
  (military.test(city ?? '') || militaryStates.includes((state_code ?? '').trim().toUpperCase()));
