/** Under this many characters a secret cannot be told from other text. */
export const secretCharsMin = 4;
/** Under this many it is taken for one only where it stands alone: `1234`, not `order-123456`. */
const anywhereCharsMin = 8;
/** Base64 under this many characters turns up by chance in the middle of files. */
const base64CharsMin = 8;

/** What to look for in a text, as sources of regular expressions, the longest first. */
export const patternsOf = (secrets: readonly string[]): readonly string[] => {
  const whole = new Set<string>();
  const within = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < secretCharsMin) continue;
    for (const form of writtenForms(secret)) whole.add(form);
    for (const part of base64Parts(secret)) within.add(part);
  }
  const found = [
    ...[...whole].map((form) => ({ length: form.length, source: bounded(form) })),
    // What follows belongs to the same base64 text, and begins with bits of the secret.
    ...[...within].map((part) => ({ length: part.length, source: `${escaped(part)}[\\w+/-]{0,4}={0,2}` })),
  ];
  return found.sort((a, b) => b.length - a.length).map(({ source }) => source);
};

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

const bounded = (form: string) =>
  form.length < anywhereCharsMin ? `(?<![\\p{L}\\p{N}])${escaped(form)}(?![\\p{L}\\p{N}])` : escaped(form);

/** As it may stand in a body, an address or a header. */
const writtenForms = (secret: string): readonly string[] => {
  const json = JSON.stringify(secret).slice(1, -1);
  const plain = [secret, secret.trim(), json, json.replaceAll('/', '\\/'), ...unicodeEscaped(json)];
  const markup = xmlForms(secret);
  const bytes = Buffer.from(secret);
  const coded = ['base64', 'base64url'] as const;
  const encoded = coded.flatMap((coding) => {
    const text = bytes.toString(coding);
    return [text, encodeURIComponent(text), text.replace(/=+$/, '')];
  });
  return [...plain, ...percentForms(secret), ...markup, ...encoded].filter(
    (form) => form.length >= secretCharsMin,
  );
};

/** As serializers write it that keep to ASCII. */
const unicodeEscaped = (json: string): readonly string[] => {
  const lower = json.replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return [lower, lower.replace(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`)];
};

const percentForms = (secret: string): readonly string[] => {
  const well = secret.toWellFormed();
  const component = encodeURIComponent(well);
  const strict = component.replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const form = new URLSearchParams([['', well]]).toString().slice(1);
  const url = new URL('http://h/');
  url.pathname = `/${well}`;
  url.search = well;
  const forms = [component, strict, form, encodeURI(well), url.pathname.slice(1), url.search.slice(1)];
  return forms.flatMap((text) => [text, text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
};

const xmlForms = (secret: string): readonly string[] => {
  const markup = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = markup.replaceAll('"', '&quot;');
  const apostrophes = ['&apos;', '&#39;', '&#x27;'].map((form) => quoted.replaceAll("'", form));
  return [markup, quoted, ...apostrophes];
};

/**
 * The base64 of a longer text that holds the secret, as of `user:password`: at each of the three places where
 * it may begin in a group of three bytes, the characters that are of the secret alone.
 */
const base64Parts = (secret: string): readonly string[] => {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor((shifted.length * 8) / 6);
    const part = shifted.toString('base64').slice(from, to);
    return part.length < base64CharsMin ? [] : [part, part.replaceAll('+', '-').replaceAll('/', '_')];
  });
};
