import { shown } from '../helper/helper.ts';
import { TemplateFailure } from '../problem.ts';
import { type Budget, charsPerStep, spend } from '../rendering.ts';
import { asText, type Value } from '../value.ts';
import { weigh } from '../weigh.ts';
import { numberIn } from './number.ts';

const directive = /%(?:%|([-+0 ]{0,4})(\d{0,3})(?:\.(\d{1,2}))?([sdifxX]))/g;

/**
 * `"%s costs %.2f" % (name, price)`: %s, %d, %i, %f, %x, with a width up to 999 and up to 20 places.
 * @throws TemplateFailure when there are fewer values than directives
 */
export const formatText = (text: string, values: readonly Value[], budget: Budget): string => {
  spend(budget, text.length / charsPerStep + values.length);
  let index = 0;
  return text.replace(
    directive,
    (
      match: string,
      flags: string | undefined,
      width: string | undefined,
      places: string | undefined,
      kind: string | undefined,
    ) => {
      if (kind === undefined) return '%';
      if (index >= values.length)
        throw new TemplateFailure(`There is no value for ${match} in ${shown(text)}.`);
      const written = formatted(values[index++], kind, flags ?? '', places, budget);
      spend(budget, (written.length + Number(width ?? 0)) / charsPerStep);
      return padded(written, flags ?? '', Number(width ?? 0));
    },
  );
};

const formatted = (
  value: Value,
  kind: string,
  flags: string,
  places: string | undefined,
  budget: Budget,
): string => {
  if (kind === 's') {
    weigh(value, budget);
    return places === undefined ? asText(value) : asText(value).slice(0, Number(places));
  }
  const number = numberIn(value, `%${kind}`);
  const sign = flags.includes('+') && number >= 0 ? '+' : '';
  if (kind === 'f') return sign + number.toFixed(Math.min(20, Number(places ?? 6)));
  const hex = Math.trunc(number).toString(16);
  if (kind === 'x') return sign + hex;
  return kind === 'X' ? sign + hex.toUpperCase() : sign + String(Math.trunc(number));
};

const padded = (text: string, flags: string, width: number): string => {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0')) return text.padStart(width);
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
};
