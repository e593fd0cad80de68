import { arithmeticHelpers } from './arithmetic.ts';
import { comparisonHelpers } from './comparison.ts';
import { dateHelpers } from './date.ts';
import type { Helper } from './helper.ts';
import { listHelpers } from './list.ts';
import { textHelpers } from './text.ts';

/** Every helper of a template; README.md has an example of each. */
export const helpers: ReadonlyMap<string, Helper> = new Map<string, Helper>(
  Object.entries({
    ...comparisonHelpers,
    ...arithmeticHelpers,
    ...textHelpers,
    ...listHelpers,
    ...dateHelpers,
  }),
);
