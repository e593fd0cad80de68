import { MalformedMessage } from '@karrio/protobuf';
import { RE2JS } from 're2js';
import type { EventFilter } from './event-filter.ts';

/** Far beyond what is written by hand; each event that is looked at may be compared with all of them. */
const prefixesMax = 1000;

/** In steps of the compiled pattern: `^run-|^plan-` has 15. A character of a name takes at most so many. */
const regexStepsMax = 1000;
const regexCharsMax = 10_000;

/** As a request has it: prefixes where the regex is empty. @throws MalformedMessage */
export const namePattern = (regex: string, prefixes: readonly string[]): EventFilter['pattern'] => {
  if (regex !== '') return { kind: 'regex', regex: compile(regex) };
  if (prefixes.length <= prefixesMax) return { kind: 'prefixes', prefixes };
  throw new MalformedMessage(
    `the filter has ${prefixes.length} prefixes: at most ${prefixesMax} are possible`,
  );
};

/**
 * RE2 takes time in proportion to the name, whatever the pattern (0.5 µs for most); JavaScript's own engine can
 * be made to take hours, for everybody. Look-arounds and back references are what RE2 does not have.
 */
const compile = (source: string): RE2JS => {
  if (source.length > regexCharsMax) {
    throw new MalformedMessage(`the filter's regex is longer than ${regexCharsMax} characters`);
  }
  try {
    const regex = RE2JS.compile(RE2JS.translateRegExp(source));
    if (regex.programSize() <= regexStepsMax) return regex;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new MalformedMessage(
      `the filter's regex is not valid: ${why}. It is read as RE2, without look-arounds and back references`,
    );
  }
  throw new MalformedMessage(`the filter's regex is too complex: repeat less, or filter by prefixes`);
};
