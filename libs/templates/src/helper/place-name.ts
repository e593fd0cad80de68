import { asText } from '../value.ts';
import type { Helper } from './helper.ts';
import { stateNames } from './state-names.ts';

/** Building it takes some 100 µs. */
const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

const countryName = (code: string): string | undefined =>
  /^[A-Z]{2}$/.test(code) ? regions.of(code) : undefined;

export const placeNameHelpers = {
  to_country_name: {
    usage: '(to_country_name "US")',
    takes: [1, 1],
    call: ([code]) => countryName(asText(code).slice(0, 3).trim().toUpperCase()),
  },
  to_state_name: {
    usage: '(to_state_name "CA" "US")',
    takes: [1, 2],
    options: ['country'],
    call: ([code, second], _, { country = second ?? 'US' }) => {
      const states = stateNames.get(asText(country).slice(0, 3).trim().toUpperCase());
      return states?.get(asText(code).slice(0, 4).trim().toUpperCase());
    },
  },
} as const satisfies Readonly<Record<string, Helper>>;
