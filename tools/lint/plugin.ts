import { definePlugin } from '@oxlint/plugins';
import { arrows } from './arrows.ts';
import { errorClasses } from './error-classes.ts';
import { noClock } from './no-clock.ts';
import { noExportStar } from './no-export-star.ts';
import { noSubjectLiteral } from './no-subject-literal.ts';

/** The rules of docs/ and of the layout that oxlint has no rule for. */
export default definePlugin({
  meta: { name: 'karrio' },
  rules: {
    arrows,
    'error-classes': errorClasses,
    'no-clock': noClock,
    'no-export-star': noExportStar,
    'no-subject-literal': noSubjectLiteral,
  },
});
