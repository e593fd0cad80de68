import { arithmeticHelpers } from './arithmetic.ts';
import { comparisonHelpers } from './comparison.ts';
import { dateHelpers } from './date.ts';
import type { Helper } from './helper.ts';
import { karrioDataHelpers } from './karrio-data.ts';
import { karrioDateHelpers } from './karrio-date.ts';
import { karrioTextHelpers } from './karrio-text.ts';
import { listHelpers } from './list.ts';
import { placeNameHelpers } from './place-name.ts';
import { textHelpers } from './text.ts';

/** Every helper of a template; docs/templates.md has an example of each, in both languages. */
export const helpers: ReadonlyMap<string, Helper> = new Map<string, Helper>(
  Object.entries({
    ...comparisonHelpers,
    ...arithmeticHelpers,
    ...textHelpers,
    ...listHelpers,
    ...dateHelpers,
    ...karrioTextHelpers,
    ...karrioDateHelpers,
    ...karrioDataHelpers,
    ...placeNameHelpers,
  }),
);
