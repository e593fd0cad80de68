import { randomBytes } from 'node:crypto';

/** Where a canary was seen: in which form, and what stands there of it. */
export type Sighting = Readonly<{ where: string; form: string; text: string }>;

export type CanaryFlock = Readonly<{
  /** A secret to seed. All of a flock begin alike, so one search finds each; the name tells where it was seeded. */
  named: (name: string) => string;
  /** Every form of every canary of the flock in this text. */
  seenIn: (where: string, content: string | Buffer) => readonly Sighting[];
}>;

/**
 * Secrets that can be recognised wherever they get to: as they are, in base64 at any offset, percent-encoded, in hex,
 * or escaped as JSON. Their marker has letters, digits and characters that encodings change.
 */
export const newCanaryFlock = (): CanaryFlock => {
  const marker = `Canary/+"${randomBytes(8).toString('hex')}`;
  const forms = formsOf(marker);
  return {
    named: (name) => `${marker}-${name}`,
    seenIn: (where, content) => {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      return forms.flatMap(({ form, needle }) => sightings(where, bytes, form, needle));
    },
  };
};

type Form = Readonly<{ form: string; needle: Buffer }>;

const formsOf = (marker: string): readonly Form[] => {
  const texts: readonly (readonly [string, string])[] = [
    ['plain', marker],
    ['json', JSON.stringify(marker).slice(1, -1)],
    ['json in json', JSON.stringify(JSON.stringify(marker).slice(1, -1)).slice(1, -1)],
    ['percent-encoded', encodeURIComponent(marker)],
    ['form-encoded', new URLSearchParams({ a: marker }).toString().slice(2)],
    ['hex', Buffer.from(marker).toString('hex')],
    ['utf-16', Buffer.from(marker, 'utf16le').toString('latin1')],
    ...[0, 1, 2].flatMap((offset) => [
      [`base64 at ${offset}`, base64At(marker, offset, 'base64')] as const,
      [`base64url at ${offset}`, base64At(marker, offset, 'base64url')] as const,
    ]),
  ];
  const needles = new Map(texts.map(([form, text]) => [text, { form, needle: Buffer.from(text, 'latin1') }]));
  return [...needles.values()];
};

/** The part of the encoding that is the same whatever stands before and behind. */
const base64At = (marker: string, offset: number, encoding: 'base64' | 'base64url'): string => {
  const encoded = Buffer.from('x'.repeat(offset) + marker).toString(encoding);
  const begin = Math.ceil((offset * 8) / 6);
  const end = Math.floor(((offset + marker.length) * 8) / 6);
  return encoded.slice(begin, end);
};

const shownBytes = 80;
/** One place that leaks leaks often. */
const sightingsMax = 5;

const sightings = (where: string, bytes: Buffer, form: string, needle: Buffer): readonly Sighting[] => {
  const found: Sighting[] = [];
  for (
    let at = bytes.indexOf(needle);
    at >= 0 && found.length < sightingsMax;
    at = bytes.indexOf(needle, at + 1)
  ) {
    found.push({ where: `${where} at ${at}`, form, text: bytes.toString('latin1', at, at + shownBytes) });
  }
  return found;
};
