import { RE2JS } from 're2js';

const charsMax = 500;
/** In steps of the compiled pattern, of which a character of the text takes at most so many. */
const stepsMax = 1_000;

/**
 * A regular expression that takes time in proportion to the text, whatever the two are: RE2, which has no
 * look-arounds and no back references. It may match anywhere, unless it is anchored, and case does not count.
 */
export const textPattern = (
  source: string,
): { readonly test: (text: string) => boolean } | { readonly wrong: string } => {
  if (source.length > charsMax) return { wrong: `must have at most ${charsMax} characters` };
  try {
    const pattern = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE);
    return pattern.programSize() > stepsMax
      ? { wrong: 'is too complex: repeat less' }
      : { test: (text) => pattern.matcher(text).find() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { wrong: `is no regular expression of RE2 (no look-arounds, no back references): ${why}` };
  }
};
